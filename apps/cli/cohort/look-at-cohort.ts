import { countStandings, standingsOf, type SlideStanding } from '../../../domain/cohort-standing.ts';
import type { CohortRecord, SlideRecord } from '../../../domain/cohort.ts';
import { outcomesPrefix, retriedPrefix } from '../../../domain/keys.ts';
import { NO_OUTCOMES } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { Backend } from '../backend.ts';
import { progressOf } from './find-cohort.ts';
import { readCohort, readOutcomes, readSlides } from './read-cohort.ts';

/** A cohort as the store and the control server have it. */
export interface SeenCohort {
  readonly record: CohortRecord;
  /** Its counts are those of `slides`. */
  readonly cohort: CohortProgress;
  /** To the control server, which forgets cohorts a while after their end. */
  readonly isKnown: boolean;
  /** A line of the list each, in its order. */
  readonly slides: readonly SlideStanding[];
}

/** Every view of a cohort's slides begins here, so that all say the same. @throws H2gError `cohort-missing` */
export async function lookAtCohort(
  { cohorts, store }: { cohorts: Pick<Backend['cohorts'], 'progress'>; store: Backend['store'] },
  cohortId: string,
  signal: AbortSignal,
): Promise<SeenCohort> {
  const record = await readCohort(store, cohortId);
  // Asked before the outcomes are read: one that ends in between has no slide that was not run.
  const known = await progressOf(cohorts, cohortId);
  const isRunning = known?.state.kind === 'running';
  const isWatch = record.source.kind === 'watch';
  const outcomes = new Map<string, SlideRecord>([
    ...(isWatch && !isRunning ? await readOutcomes(store, retriedPrefix(cohortId), signal) : []),
    ...(await readOutcomes(store, outcomesPrefix(cohortId), signal)),
  ]);
  const listed = await readSlides(store, record, signal);
  const underWay = isRunning ? { attempt: isWatch ? undefined : known.attempt, running: known.running } : undefined;
  const slides = standingsOf(listed, outcomes, underWay);
  const counts = countStandings(slides);
  return { record, cohort: { ...(known ?? forgotten(record)), counts }, isKnown: known !== undefined, slides };
}

/** Where the control server knows nothing any more the store still tells how the slides have ended. */
const forgotten = ({ cohortId, label, lane, source }: CohortRecord): CohortProgress => ({
  cohortId,
  label,
  lane,
  state: { kind: 'finished' },
  attempt: '',
  total: source.kind === 'list' ? source.slides : undefined,
  counts: NO_OUTCOMES,
  running: [],
  trouble: undefined,
  startedAt: new Date(0),
  closedAt: undefined,
});
