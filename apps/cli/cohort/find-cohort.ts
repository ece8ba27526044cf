import { H2gError } from '../../../domain/error.ts';
import type { CohortClient, CohortProgress } from '../../../platform/cohort-client.ts';

/** Cohorts are looked up among so many of the newest. */
const SEARCHED = 1_000;
const COHORT_ID = /^[0-9a-f]{20}$/;

type Look = Pick<CohortClient, 'progress'>;

/**
 * The whole id of the cohort whose id begins so. One that the control server has forgotten is found by its whole id.
 * @throws H2gError `cohort-missing`, or `usage` where several begin so
 */
export async function findCohortId(cohorts: Pick<CohortClient, 'list'>, text: string): Promise<string> {
  const prefix = text.replace(/^cohort\//, '').toLowerCase();
  if (COHORT_ID.test(prefix)) return prefix;
  const matches = (await cohorts.list(SEARCHED)).filter(({ cohortId }) => cohortId.startsWith(prefix));
  const [first, ...others] = matches;
  if (prefix === '' || first === undefined) throw missing(text);
  if (others.length > 0) throw ambiguous(text, matches);
  return first.cohortId;
}

/** Where it stands; undefined where the control server knows none, as long after its end. */
export async function progressOf({ progress }: Look, cohortId: string): Promise<CohortProgress | undefined> {
  try {
    return await progress(cohortId);
  } catch (error) {
    if (error instanceof H2gError && error.code === 'cohort-missing') return undefined;
    throw error;
  }
}

export const isUnderWay = async (cohortId: string, { cohorts }: { cohorts: Look }): Promise<boolean> =>
  (await progressOf(cohorts, cohortId))?.state.kind === 'running';

const missing = (text: string): H2gError =>
  new H2gError({
    code: 'cohort-missing',
    message: `There is no cohort whose id begins with "${text}".`,
    hint: 'h2g cohort list shows those there are.',
  });

const ambiguous = (text: string, cohorts: readonly CohortProgress[]): H2gError =>
  new H2gError({
    code: 'usage',
    message: `${cohorts.length} cohorts begin with "${text}": ${cohorts
      .slice(0, 4)
      .map(({ cohortId, label }) => `${cohortId} (${label})`)
      .join(', ')}${cohorts.length > 4 ? ', …' : ''}.`,
    hint: 'Give more characters of the id.',
  });
