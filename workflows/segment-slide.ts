import {
  CancellationScope,
  defineQuery,
  defineUpdate,
  isCancellation,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { SegmentSlideActivities } from '../activities/contract.ts';
import { addBytes } from '../domain/byte-source.ts';
import type { Lane } from '../domain/run-spec.ts';
import {
  CONTROL_QUEUE,
  LANE_ATTRIBUTE,
  PAUSE_UPDATE,
  PROGRESS_QUERY,
  REFINE_QUEUE,
  RESUME_UPDATE,
  SET_LANE_UPDATE,
  type ProgressAnswer,
  type SegmentSlideInput,
  type SegmentSlideResult,
} from '../domain/segment-slide.ts';
import { failureFacts } from './failure-facts.ts';
import { Pausable } from './pausable.ts';

const pause = defineUpdate(PAUSE_UPDATE);
const resume = defineUpdate(RESUME_UPDATE);
const setLane = defineUpdate<void, [Lane]>(SET_LANE_UPDATE);
const progress = defineQuery<ProgressAnswer>(PROGRESS_QUERY);

/** Bounded, yet patient enough for a store or a broker that is away for an hour. */
const STEP: ActivityOptions = {
  heartbeatTimeout: '5s',
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 150 },
};
const control = proxyActivities<SegmentSlideActivities>({
  ...STEP,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '1h',
});
const detection = proxyActivities<SegmentSlideActivities>({
  ...STEP,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '7d',
});
const refinement = proxyActivities<SegmentSlideActivities>({
  ...STEP,
  taskQueue: REFINE_QUEUE,
  startToCloseTimeout: '1h',
});

/** The story of one run: plan, detect, refine, deliver. */
export async function segmentSlide(input: SegmentSlideInput): Promise<SegmentSlideResult> {
  const state = { ...input, stage: 'planning', paused: false } as {
    -readonly [K in keyof ProgressAnswer]: ProgressAnswer[K];
  };
  const detecting = new Pausable(() => state.paused);
  answerRequests(input.runId, state, detecting);
  try {
    return await tellStory(input, state, detecting);
  } catch (error) {
    await CancellationScope.nonCancellable(() => cleanUp(input, error));
    throw error;
  }
}

async function tellStory(
  { runId, spec, again: anew = false }: SegmentSlideInput,
  state: { stage: ProgressAnswer['stage']; lane: Lane },
  detecting: Pausable,
): Promise<SegmentSlideResult> {
  const run = { runId, spec };
  const clock = stopwatch();
  const plan = await control.planRun(run);
  const planned = clock();

  state.stage = 'detecting';
  await detecting.run(async (again) => {
    const { lane } = state;
    await detection.dispatchTiles({ ...run, lane, afterPurge: again, anew: anew && !again });
    await detection.gatherHeatmap({ ...run, lane });
  });
  const detected = clock();

  state.stage = 'refining';
  const refined = await refinement.refineMask(run);
  const seconds = { plan: planned, detect: detected, refine: clock() };

  state.stage = 'delivering';
  const { outcome } = await control.deliverResults({ ...run, seconds, bytes: addBytes(plan.bytes, refined.bytes) });
  return { runId, outcome };
}

function answerRequests(
  runId: string,
  state: { -readonly [K in keyof ProgressAnswer]: ProgressAnswer[K] },
  detecting: Pausable,
): void {
  setHandler(progress, () => ({ stage: state.stage, paused: state.paused, lane: state.lane }));
  setHandler(pause, async () => {
    state.paused = true;
    detecting.interrupt();
    await control.discardBatches({ runId });
  });
  setHandler(resume, () => {
    state.paused = false;
  });
  setHandler(setLane, async (lane) => {
    if (lane === state.lane) return;
    state.lane = lane;
    upsertSearchAttributes({ [LANE_ATTRIBUTE]: [lane] });
    if (state.stage !== 'detecting') return;
    await control.discardBatches({ runId });
    detecting.interrupt();
  });
}

async function cleanUp({ runId, spec }: SegmentSlideInput, error: unknown): Promise<void> {
  await control.discardBatches({ runId });
  if (!isCancellation(error)) await control.recordFailure({ runId, spec, error: failureFacts(error) });
}

/** Seconds since the last call; a workflow's clock is the same in every replay. */
function stopwatch(): () => number {
  let last = Date.now();
  return () => {
    const seconds = (Date.now() - last) / 1000;
    last = Date.now();
    return seconds;
  };
}
