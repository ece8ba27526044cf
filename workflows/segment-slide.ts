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
  RESUME_UPDATE,
  SET_LANE_UPDATE,
  stepQueue,
  type ProgressAnswer,
  type SegmentSlideInput,
  type SegmentSlideResult,
  type Step,
} from '../domain/segment-slide.ts';
import { failureFacts } from './failure-facts.ts';
import { Steerable } from './steerable.ts';

const pause = defineUpdate(PAUSE_UPDATE);
const resume = defineUpdate(RESUME_UPDATE);
const setLane = defineUpdate<void, [Lane]>(SET_LANE_UPDATE);
const progress = defineQuery<ProgressAnswer>(PROGRESS_QUERY);

/** Bounded, yet patient enough for a store or a broker that is away for an hour. */
const PATIENT: ActivityOptions = {
  startToCloseTimeout: '1h',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 150 },
};
/** Nothing is begun again before it has really stopped: two that gather one run would dispatch against each other. */
const STEP: ActivityOptions = { ...PATIENT, cancellationType: 'WAIT_CANCELLATION_COMPLETED' };
const STEP_OPTIONS: Record<Step, ActivityOptions> = {
  plan: STEP,
  detect: { ...STEP, startToCloseTimeout: '7d' },
  refine: STEP,
};

/** What has begun goes before what has not: else results wait until all other slides are planned, and all are dispatched before one is gathered. */
const PRIORITY = { begun: 2, new: 3 };

const bookkeeping = proxyActivities<SegmentSlideActivities>({ ...PATIENT, taskQueue: CONTROL_QUEUE });

type Steps = (step: Step, lane: Lane, priority?: keyof typeof PRIORITY) => SegmentSlideActivities;

/** Within a lane's queue the share of its submitter counts, also for a run that came from another lane. */
const stepsFor =
  (submitter: string): Steps =>
  (step, lane, priority = 'new') =>
    proxyActivities<SegmentSlideActivities>({
      ...STEP_OPTIONS[step],
      taskQueue: stepQueue(step, lane),
      priority: { priorityKey: PRIORITY[priority], fairnessKey: submitter },
    });

type State = { -readonly [K in keyof ProgressAnswer]: ProgressAnswer[K] };

/** The story of one run: plan, detect, refine, deliver. */
export async function segmentSlide(input: SegmentSlideInput): Promise<SegmentSlideResult> {
  const { runId, lane } = input;
  const state: State = { stage: 'planning', paused: false, lane };
  const discard = (): Promise<void> => bookkeeping.discardBatches({ runId });
  const steps = new Steerable({ isHeld: () => state.paused, onStopped: discard });
  answerRequests(state, steps, discard);
  discardOnCancel(discard);
  try {
    return await tellStory(input, state, steps);
  } catch (error) {
    await CancellationScope.nonCancellable(() => cleanUp(input, error, discard));
    throw error;
  }
}

async function tellStory(input: SegmentSlideInput, state: State, steps: Steerable): Promise<SegmentSlideResult> {
  const { runId, spec, submitter = '', again: anew = false, replay = false } = input;
  const run = { runId, spec };
  const stepIn = stepsFor(submitter);
  const clock = stopwatch();
  const plan = await steps.run(() => stepIn('plan', state.lane).planRun({ ...run, lane: state.lane }));
  const planned = clock();

  state.stage = 'detecting';
  await steps.run(async (again) => {
    const { lane } = state;
    const dispatched = { ...run, lane, afterPurge: again, anew: anew && !again, replay };
    await stepIn('detect', lane).dispatchTiles(dispatched);
    await stepIn('detect', lane, 'begun').gatherHeatmap({ ...run, lane, replay });
  });
  const detected = clock();

  state.stage = 'refining';
  const refined = await steps.run(() => stepIn('refine', state.lane).refineMask({ ...run, lane: state.lane }));
  const seconds = { plan: planned, detect: detected, refine: clock() };

  state.stage = 'delivering';
  const bytes = addBytes(plan.bytes, refined.bytes);
  const { outcome } = await steps.run(() =>
    stepIn('plan', state.lane, 'begun').deliverResults({ ...run, seconds, bytes }),
  );
  return { runId, outcome };
}

function answerRequests(state: State, steps: Steerable, discard: () => Promise<void>): void {
  setHandler(progress, () => ({ ...state }));
  setHandler(pause, async () => {
    state.paused = true;
    if (state.stage !== 'detecting') return;
    steps.interrupt();
    await discard();
  });
  setHandler(resume, () => {
    state.paused = false;
  });
  setHandler(setLane, async (lane) => {
    if (lane === state.lane) return;
    state.lane = lane;
    upsertSearchAttributes({ [LANE_ATTRIBUTE]: [lane] });
    // Whatever step it is in may still wait in the queue of the lane that it leaves.
    steps.interrupt();
    if (state.stage === 'detecting') await discard();
  });
}

/** At once, not when the step under way has heard of the cancel: no detector is to start another batch meanwhile. */
function discardOnCancel(discard: () => Promise<void>): void {
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => CancellationScope.nonCancellable(discard)).catch(() => undefined);
}

async function cleanUp(
  { runId, spec }: SegmentSlideInput,
  error: unknown,
  discard: () => Promise<void>,
): Promise<void> {
  await discard();
  if (!isCancellation(error)) await bookkeeping.recordFailure({ runId, spec, error: failureFacts(error) });
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
