import { H2gError } from '../../../domain/error.ts';
import { outcomeKey } from '../../../domain/keys.ts';
import { addCounts, NO_OUTCOMES } from '../../../domain/segment-cohort.ts';
import type { Backend } from '../backend.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { lookAtCohort, type SeenCohort } from './look-at-cohort.ts';
import { retryAnswer, runIdOfSlide } from './retry-answer.ts';
import { storeRetried } from './store-cohort.ts';

type Servers = Pick<Backend, 'cohorts' | 'store' | 'ensureDetector'>;

/** A watch runs what it finds no outcome of, at its next look. */
export async function retryInWatch(seen: SeenCohort, backend: Servers, signal: AbortSignal): Promise<CommandAnswer> {
  const { record, cohort, slides } = seen;
  const { cohortId, label } = record;
  const { cohorts, store } = backend;
  if (cohort.state.kind !== 'running') throw ended(label);
  await backend.ensureDetector(record.bundle.url);
  const failed = slides.filter(({ standing }) => standing === 'failed' || standing === 'cancelled');
  if (failed.length === 0) return retryAnswer(seen, []);
  let gone = NO_OUTCOMES;
  for (const { record: outcome } of failed) {
    if (outcome === undefined) continue;
    // Kept aside before it goes: a watch that ends before its next look leaves the slide as it was.
    await storeRetried(store, cohortId, outcome);
    await store.delete(outcomeKey(cohortId, outcome.runId));
    gone = addCounts(gone, { [outcome.outcome]: 1 });
  }
  await cohorts.forgetOutcomes(cohortId, gone);
  return retryAnswer(await lookAtCohort(backend, cohortId, signal), failed.map(runIdOfSlide));
}

const ended = (label: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `The watch of ${label} has ended, so nothing of it can be tried again.`,
    hint: `Start it again: h2g run ${label} --watch`,
  });
