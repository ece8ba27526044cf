import { cancellationSignal } from '@temporalio/activity';
import type { StageProgress } from '../domain/segment-slide.ts';
import { asFailure } from './as-failure.ts';
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

/** The steps of the story with their tools in hand. */
export const createActivities = (tools: ActivityTools): SegmentSlideActivities => ({
  planRun: asActivity('planning', createPlanRun(tools)),
  dispatchTiles: asActivity('detecting', createDispatchTiles(tools)),
  gatherHeatmap: asActivity('detecting', createGatherHeatmap(tools)),
  refineMask: asActivity('refining', createRefineMask(tools)),
  deliverResults: asActivity('delivering', createDeliverResults(tools)),
  discardBatches: asActivity('detecting', createDiscardBatches(tools)),
  recordFailure: asActivity('delivering', createRecordFailure(tools)),
});

type Step<Input, Output> = (input: Input, pulse: Pulse) => Promise<Output>;

const asActivity =
  <Input, Output>(stage: StageProgress['stage'], step: Step<Input, Output>) =>
  async (input: Input): Promise<Output> => {
    try {
      return await withPulse(stage, (pulse) => step(input, pulse));
    } catch (thrown) {
      cancellationSignal().throwIfAborted();
      throw asFailure(thrown);
    }
  };
