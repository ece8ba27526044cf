import { cancellationSignal } from '@temporalio/activity';
import type { StageProgress } from '../domain/segment-slide.ts';
import type { StepMeter } from '../platform/metrics/step-meter.ts';
import { endOf, isFatal } from './as-failure.ts';
import type { SegmentSlideActivities } from './contract.ts';
import { createDeliverResults } from './deliver-results.ts';
import { createDiscardBatches } from './discard-batches.ts';
import { createDispatchTiles } from './dispatch-tiles.ts';
import { createGatherHeatmap } from './gather-heatmap.ts';
import { meterCells, meterFailure, meterOutcome } from './meter-steps.ts';
import { createPlanRun } from './plan-run.ts';
import type { ActivityTools } from './ports.ts';
import { withPulse, type Pulse } from './pulse.ts';
import { createRecordFailure } from './record-failure.ts';
import { createRefineMask } from './refine-mask.ts';
import { stopWithWorker } from './stop-with-worker.ts';

export interface Serving {
  /** Aborts when the worker is asked to stop. */
  readonly stopping: AbortSignal;
  readonly meter: StepMeter;
}

/** The steps of the story with their tools in hand. */
export function createActivities(tools: ActivityTools, { stopping, meter }: Serving): SegmentSlideActivities {
  const asActivity = <Input, Output>(
    name: keyof SegmentSlideActivities,
    stage: StageProgress['stage'],
    step: Step<Input, Output>,
  ): ((input: Input) => Promise<Output>) => {
    const begin = meter.step(name);
    return async (input) => {
      const ended = begin();
      try {
        const output = await withPulse(stage, (pulse) => step(input, pulse));
        ended('done');
        return output;
      } catch (thrown) {
        const isStopped = stopping.aborted || cancellationSignal().aborted;
        const end = endOf(thrown, stopping);
        ended(isStopped ? 'stopped' : isFatal(end) ? 'fatal' : 'failed');
        throw end;
      }
    };
  };
  /** A step that waits for others loses nothing when it is handed over. */
  const atOnce =
    <Input, Output>(step: Step<Input, Output>): Step<Input, Output> =>
    (input, pulse) =>
      stopWithWorker(stopping, (signal) => step(input, { ...pulse, signal }));

  return {
    planRun: asActivity('planRun', 'planning', createPlanRun(tools)),
    forgetScores: asActivity('forgetScores', 'detecting', ({ runId }) => tools.queue.purgeScores(runId)),
    dispatchTiles: asActivity('dispatchTiles', 'detecting', atOnce(createDispatchTiles(tools))),
    gatherHeatmap: asActivity('gatherHeatmap', 'detecting', atOnce(meterCells(meter, createGatherHeatmap(tools)))),
    refineMask: asActivity('refineMask', 'refining', createRefineMask(tools)),
    deliverResults: asActivity('deliverResults', 'delivering', meterOutcome(meter, createDeliverResults(tools))),
    discardBatches: asActivity('discardBatches', 'detecting', createDiscardBatches(tools)),
    recordFailure: asActivity('recordFailure', 'delivering', meterFailure(meter, createRecordFailure(tools))),
  };
}

type Step<Input, Output> = (input: Input, pulse: Pulse) => Promise<Output>;
