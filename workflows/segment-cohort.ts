import {
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { SegmentCohortActivities, TakenSlides } from '../activities/cohort/contract.ts';
import {
  addCounts,
  FORGET_SIGNAL,
  NO_OUTCOMES,
  settledCount,
  type OutcomeCounts,
  type SegmentCohortInput,
  type SegmentCohortResult,
} from '../domain/segment-cohort.ts';
import { CONTROL_QUEUE, LANE_ATTRIBUTE } from '../domain/segment-slide.ts';
import { OpenRuns } from './open-runs.ts';

const forget = defineSignal<[Partial<OutcomeCounts>]>(FORGET_SIGNAL);

/** A cohort may last for months, and waits for a store that is away as long as that takes. */
const act = proxyActivities<SegmentCohortActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '1h',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** An execution hands on to the next after so many slides, or events where a watch sees none. */
const SLIDES_AN_EXECUTION = 100;
const EVENTS_AN_EXECUTION = 2_000;
/** A look at a watched prefix brings at most so many; the rest waits in the store. */
const TAKEN_AT_ONCE = 16;

/** The story of many runs: slides are taken from a list or a prefix and run, some at once; no slide stops another. */
export async function segmentCohort(input: SegmentCohortInput): Promise<SegmentCohortResult> {
  const { cohortId, attempt, from } = input;
  const runs = new OpenRuns(input, act.awaitRuns);
  const state = { page: from?.page ?? 0, counts: from?.counts ?? NO_OUTCOMES };
  const count = (change: Partial<OutcomeCounts>, sign: 1 | -1 = 1): void => {
    const counts = addCounts(state.counts, change, sign);
    if (settledCount(counts) === settledCount(state.counts)) return;
    state.counts = counts;
    upsertMemo({ counts: state.counts });
  };
  // A cancel must not come between a slide's end and the record of it.
  const record = (): Promise<void> =>
    CancellationScope.nonCancellable(async () => {
      while (runs.hasEnded) count(await act.recordOutcomes({ cohortId, attempt, ended: runs.takeEnded() }));
    });
  setHandler(forget, (gone) => count(gone, -1));
  runs.take(from?.open ?? []);
  try {
    await runAll(input, { runs, state, count, record });
    return { cohortId, counts: state.counts };
  } catch (error) {
    if (isCancellation(error))
      await CancellationScope.nonCancellable(async () => {
        await runs.cancel();
        await condition(() => runs.size === 0);
        await record();
      });
    throw error;
  }
}

interface Telling {
  readonly runs: OpenRuns;
  readonly state: { page: number; counts: OutcomeCounts };
  readonly count: (change: Partial<OutcomeCounts>) => void;
  readonly record: () => Promise<void>;
}

async function runAll(input: SegmentCohortInput, telling: Telling): Promise<void> {
  const { parallel, source } = input;
  const { runs, state, count, record } = telling;
  let taken: TakenSlides | undefined;
  let waiting: TakenSlides['slides'] = [];
  let more = source.kind === 'watch' || state.page < source.pages;
  let nextLookMs = Date.now();
  const hasRoom = (): boolean => runs.size < parallel;
  const isDue = (): boolean =>
    waiting.length === 0 && hasRoom() && (more || (source.kind === 'watch' && Date.now() >= nextLookMs));

  for (;;) {
    if (isDue()) {
      if (runs.started >= SLIDES_AN_EXECUTION || workflowInfo().historyLength >= EVENTS_AN_EXECUTION)
        await handOn(input, telling);
      taken = await takeSlides(input, telling);
      ({ slides: waiting, more } = taken);
      state.page += 1;
      if (source.kind === 'watch') nextLookMs = Date.now() + source.everyMs;
      count(taken.settled);
    }
    for (; taken !== undefined && waiting[0] !== undefined && hasRoom(); waiting = waiting.slice(1))
      runs.start(waiting[0], taken);
    if (source.kind === 'list' && runs.size === 0 && !runs.hasEnded && waiting.length === 0 && !more) return;
    const isAwake = (): boolean => runs.hasEnded || isDue();
    if (source.kind === 'watch' && hasRoom()) await condition(isAwake, Math.max(1, nextLookMs - Date.now()));
    else await condition(isAwake);
    await record();
  }
}

const takeSlides = (
  { cohortId, attempt, source }: SegmentCohortInput,
  { runs, state: { page } }: Telling,
): Promise<TakenSlides> =>
  source.kind === 'list'
    ? act.takePage({ cohortId, attempt, page })
    : act.lookForSlides({ cohortId, attempt, open: runs.all().map(({ runId }) => runId), limit: TAKEN_AT_ONCE });

/** Ends this execution; the next one goes on with the runs that are under way, whose lives do not depend on it. */
async function handOn(input: SegmentCohortInput, { runs, state, record }: Telling): Promise<never> {
  do {
    await record();
    await condition(() => runs.starting === 0);
  } while (runs.hasEnded);
  const memo = { ...input.memo, counts: state.counts };
  const goOn = makeContinueAsNewFunc<typeof segmentCohort>({
    memo,
    searchAttributes: { [LANE_ATTRIBUTE]: [input.lane] },
  });
  return goOn({ ...input, from: { ...state, open: runs.all() } });
}
