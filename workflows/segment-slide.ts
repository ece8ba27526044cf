import {
  CancellationScope,
  CancelledFailure,
  condition,
  defineQuery,
  defineUpdate,
  patched,
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
import { Discarding } from './discarding.ts';
import { failureFacts } from './failure-facts.ts';
import { Steerable } from './steerable.ts';
import { wasStopped } from './was-stopped.ts';

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

/** Runs that began before scores were forgotten in a step of their own go on without it. */
const FORGET_FIRST = 'forget-scores-first';

type State = { -readonly [K in keyof ProgressAnswer]: ProgressAnswer[K] };

/** The story of one run: plan, detect, refine, deliver. */
export async function segmentSlide(input: SegmentSlideInput): Promise<SegmentSlideResult> {
  const { runId, lane } = input;
  const state: State = { stage: 'planning', paused: false, lane };
  const discarding = new Discarding(() => bookkeeping.discardBatches({ runId }));
  const steps = new Steerable({ isHeld: () => state.paused || discarding.isUnderWay, onStopped: discarding.run });
  answerRequests(state, steps, discarding);
  discardOnCancel(discarding);
  try {
    return await tellStory(input, state, steps);
  } catch (thrown) {
    const cancelled = CancellationScope.current().consideredCancelled && wasStopped(thrown);
    await CancellationScope.nonCancellable(() => cleanUp(input, cancelled ? undefined : thrown, discarding));
    throw cancelled ? new CancelledFailure('the run was cancelled') : thrown;
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
  let fresh = anew;
  await steps.run(async (again) => {
    const { lane } = state;
    const afterPurge = again || plan.plannedBefore;
    const forgotten = fresh && patched(FORGET_FIRST);
    if (forgotten) await bookkeeping.forgetScores({ runId });
    await stepIn('detect', lane).dispatchTiles({ ...run, lane, afterPurge, anew: fresh, forgotten, replay });
    fresh = false;
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

function answerRequests(state: State, steps: Steerable, discarding: Discarding): void {
  setHandler(progress, () => ({ ...state }));
  setHandler(pause, async () => {
    state.paused = true;
    if (state.stage !== 'detecting') return;
    steps.interrupt();
    await discarding.run();
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
    if (state.stage === 'detecting') await discarding.run();
  });
}

/** At once, not when the step under way has heard of the cancel: no detector is to start another batch meanwhile. */
function discardOnCancel(discarding: Discarding): void {
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => CancellationScope.nonCancellable(discarding.run)).catch(() => undefined);
}

/** @param failure undefined where the run was cancelled */
async function cleanUp({ runId, spec }: SegmentSlideInput, failure: unknown, discarding: Discarding): Promise<void> {
  await discarding.run();
  // The same run may be started again as soon as this one has ended.
  await condition(() => !discarding.isUnderWay);
  if (failure !== undefined) await bookkeeping.recordFailure({ runId, spec, error: failureFacts(failure) });
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
