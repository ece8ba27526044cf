import { CohortPage, CohortRecord, SlideRecord, type ListedSlide } from '../../../domain/cohort.ts';
import { H2gError } from '../../../domain/error.ts';
import { cohortKey, cohortPageKey, cohortSlidesPrefix, outcomesPrefix } from '../../../domain/keys.ts';
import type { ObjectFacts, ObjectStore } from '../../../domain/object-store.ts';
import { inParallel } from '../run/in-parallel.ts';

type Read = Pick<ObjectStore, 'get' | 'head' | 'list'>;

const READS_AT_ONCE = 16;
const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));

/** @throws H2gError `cohort-missing` */
export async function readCohort(store: Read, cohortId: string): Promise<CohortRecord> {
  const key = cohortKey(cohortId);
  if ((await store.head(key)) !== undefined) return CohortRecord.parse(parsed(await store.get(key)));
  throw new H2gError({
    code: 'cohort-missing',
    message: `The store holds no cohort ${cohortId}.`,
    hint: 'Look at its id (h2g cohort list); if it was deleted, the same h2g run makes it anew from the results there are.',
  });
}

/** Its slides, in the order of its list; of a watch those that it has found. */
export async function readSlides(
  store: Read,
  { cohortId, source }: CohortRecord,
  signal: AbortSignal,
): Promise<ListedSlide[]> {
  const keys =
    source.kind === 'list'
      ? Array.from({ length: source.pages }, (_, page) => cohortPageKey(cohortId, page))
      : (await store.list(cohortSlidesPrefix(cohortId))).map(({ key }) => key);
  const pages = await inParallel(keys, { limit: READS_AT_ONCE, signal }, async (key) =>
    CohortPage.parse(parsed(await store.get(key))),
  );
  return pages.flatMap(({ slides }) => slides);
}

export const listOutcomes = (store: Read, cohortId: string): Promise<ObjectFacts[]> =>
  store.list(outcomesPrefix(cohortId));

export const readOutcome = async (store: Read, key: string): Promise<SlideRecord> =>
  SlideRecord.parse(parsed(await store.get(key)));

/** How slides have ended, by the ids of their runs. @param prefix of a cohort's outcomes */
export async function readOutcomes(
  store: Read,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, SlideRecord>> {
  const objects = await store.list(prefix);
  const records = await inParallel(objects, { limit: READS_AT_ONCE, signal }, ({ key }) => readOutcome(store, key));
  return new Map(records.map((record) => [record.runId, record]));
}
