import type { StageProgress } from '../domain/segment-slide.ts';
import { endOf } from './as-failure.ts';
import type { SegmentSlideActivities } from './contract.ts';
import { createDeliverResults } from './deliver-results.ts';
import { createDiscardBatches } from './discard-batches.ts';
import { createDispatchTiles } from './dispatch-tiles.ts';
import { createGatherHeatmap } from './gather-heatmap.ts';
import { createPlanRun } from './plan-run.ts';
import type { ActivityTools } from './ports.ts';
import { withPulse, type Pulse } from './pulse.ts';
import { createRecordFailure } from './record-failure.ts';
import { createRefineMask } from './refine-mask.ts';
import { stopWithWorker } from './stop-with-worker.ts';

/** The steps of the story with their tools in hand. @param stopping aborts when the worker is asked to stop */
export function createActivities(tools: ActivityTools, stopping: AbortSignal): SegmentSlideActivities {
  const asActivity =
    <Input, Output>(stage: StageProgress['stage'], step: Step<Input, Output>) =>
    async (input: Input): Promise<Output> => {
      try {
        return await withPulse(stage, (pulse) => step(input, pulse));
      } catch (thrown) {
        throw endOf(thrown, stopping);
      }
    };
  /** A step that waits for others loses nothing when it is handed over. */
  const atOnce =
    <Input, Output>(step: Step<Input, Output>): Step<Input, Output> =>
    (input, pulse) =>
      stopWithWorker(stopping, (signal) => step(input, { ...pulse, signal }));

  return {
    planRun: asActivity('planning', createPlanRun(tools)),
    dispatchTiles: asActivity('detecting', atOnce(createDispatchTiles(tools))),
    gatherHeatmap: asActivity('detecting', atOnce(createGatherHeatmap(tools))),
    refineMask: asActivity('refining', createRefineMask(tools)),
    deliverResults: asActivity('delivering', createDeliverResults(tools)),
    discardBatches: asActivity('detecting', createDiscardBatches(tools)),
    recordFailure: asActivity('delivering', createRecordFailure(tools)),
  };
}

type Step<Input, Output> = (input: Input, pulse: Pulse) => Promise<Output>;
