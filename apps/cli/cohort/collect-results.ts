import { H2gError, isErrorCode } from '../../../domain/error.ts';
import type { SlideRecord } from '../../../domain/cohort.ts';
import { runIdOfOutcome } from '../../../domain/keys.ts';
import type { ObjectFacts } from '../../../domain/object-store.ts';
import { inParallel } from '../run/in-parallel.ts';
import { fetchInto, type SegmentSettings } from '../run/segment-slide.ts';
import type { SlideAnswer } from '../run/slide-answer.ts';
import { listOutcomes, readOutcome } from './read-cohort.ts';

/** Fetching is bound by the disk; the slides under way need the store too. */
const FETCHES_AT_ONCE = 4;

/** Fetches results as slides are settled; whoever calls says when there may be something new. */
export interface ResultsCollector {
  /** By the ids of the runs. */
  readonly answers: ReadonlyMap<string, SlideAnswer>;
  /** Looks for outcomes of this attempt that were not seen before, and fetches what lies behind them; one collection waits for the other. */
  collect(attempt: string): Promise<void>;
  /** Once the cohort has ended: what it has settled, and where it has settled nothing what an earlier attempt has left. */
  collectRest(attempt: string): Promise<void>;
}

/** @param names of the slides by the ids of their runs */
export function createResultsCollector(
  cohortId: string,
  names: ReadonlyMap<string, string>,
  settings: SegmentSettings,
): ResultsCollector {
  const { signal, backend } = settings;
  const answers = new Map<string, SlideAnswer>();
  const seen = new Map<string, string>();
  const fetchWhere = async (
    isAsked: (outcome: ObjectFacts) => boolean,
    counts: (record: SlideRecord) => boolean,
  ): Promise<void> => {
    const asked = (await listOutcomes(backend.store, cohortId)).filter(isAsked);
    await inParallel(asked, { limit: FETCHES_AT_ONCE, signal }, async ({ key, etag }) => {
      const record = await readOutcome(backend.store, key);
      if (counts(record)) answers.set(record.runId, await answerOf(record, names, settings));
      seen.set(key, etag);
    });
  };
  // What an earlier attempt has left is tried again just now.
  const collectNow = (attempt: string): Promise<void> =>
    fetchWhere(
      ({ key, etag }) => seen.get(key) !== etag,
      (record) => record.attempt === attempt,
    );
  const collectEarlier = (): Promise<void> =>
    fetchWhere(
      ({ key }) => names.has(runIdOfOutcome(key)) && !answers.has(runIdOfOutcome(key)),
      () => true,
    );
  let last = Promise.resolve();
  const afterTheLast = (collecting: () => Promise<void>): Promise<void> => {
    last = last.catch(() => undefined).then(collecting);
    return last;
  };
  return {
    answers,
    collect: (attempt) => afterTheLast(() => collectNow(attempt)),
    collectRest: (attempt) => afterTheLast(() => collectNow(attempt).then(collectEarlier)),
  };
}

async function answerOf(
  record: SlideRecord,
  names: ReadonlyMap<string, string>,
  settings: SegmentSettings,
): Promise<SlideAnswer> {
  const { runId, outcome, error } = record;
  const slide = names.get(runId) ?? runId;
  if (outcome === 'cancelled') return { kind: 'error', slide, error: cancelled(`${slide} was cancelled.`) };
  if (error !== undefined) return { kind: 'error', slide, error: asError(error) };
  return fetchAnswer(runId, slide, settings);
}

/** A result that cannot be fetched is this slide's error, and stops no other. */
export async function fetchAnswer(runId: string, slide: string, settings: SegmentSettings): Promise<SlideAnswer> {
  try {
    return { kind: 'report', ...(await fetchInto(runId, settings)) };
  } catch (error) {
    if (settings.signal.aborted || (error instanceof H2gError && error.code === 'store-unreachable')) throw error;
    return { kind: 'error', slide, error };
  }
}

/** A newer worker may know codes that this program does not. */
const asError = ({ code, message, hint }: NonNullable<SlideRecord['error']>): H2gError =>
  new H2gError({ code: isErrorCode(code) ? code : 'run-failed', message, hint });

const cancelled = (message: string): H2gError =>
  new H2gError({
    code: 'run-cancelled',
    message,
    hint: 'Start it again with the same h2g run; batches that were done are not done twice.',
  });

/** What the table calls `not-run`. */
export const notRun = (slide: string): H2gError =>
  cancelled(`${slide} was not run, as its cohort was cancelled before.`);
