import { countSlides, cutPages } from '../../../domain/cohort-pages.ts';
import type { CohortRecord, ListedSlide, SlideRecord } from '../../../domain/cohort.ts';
import { cohortKey, cohortPageKey, retriedKey } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import type { CohortStart } from '../../../platform/cohort-client.ts';
import { inParallel } from '../run/in-parallel.ts';

const WRITES_AT_ONCE = 8;
const JSON_TYPE = { contentType: 'application/json' };

const encoded = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`);

export type CohortSettings = Omit<CohortRecord, 'schema' | 'source'>;

/** Stores a list, its pages before the record that counts them; the same list again is the same objects. */
export async function storeList(
  store: Pick<ObjectStore, 'put'>,
  settings: CohortSettings,
  slides: readonly ListedSlide[],
): Promise<CohortRecord> {
  const pages = cutPages(slides, settings.lane);
  const { signal } = new AbortController();
  await inParallel(pages, { limit: WRITES_AT_ONCE, signal }, (page, index) =>
    store.put(cohortPageKey(settings.cohortId, index), encoded(page), JSON_TYPE),
  );
  return storeRecord(store, {
    schema: 'h2g-cohort/1',
    ...settings,
    source: { kind: 'list', pages: pages.length, slides: countSlides(slides) },
  });
}

export async function storeRecord(store: Pick<ObjectStore, 'put'>, record: CohortRecord): Promise<CohortRecord> {
  await store.put(cohortKey(record.cohortId), encoded(record), JSON_TYPE);
  return record;
}

/** Keeps the outcome of a slide that a watch tries again. */
export async function storeRetried(
  store: Pick<ObjectStore, 'put'>,
  cohortId: string,
  outcome: SlideRecord,
): Promise<void> {
  await store.put(retriedKey(cohortId, outcome.runId), encoded(outcome), JSON_TYPE);
}

/** What the control server is told of a stored cohort. */
export const startOf = ({ source, lane, submitter, ...record }: CohortRecord): CohortStart => ({
  cohortId: record.cohortId,
  label: record.label,
  parallel: record.parallel,
  lane,
  ...(submitter === undefined ? {} : { submitter }),
  total: source.kind === 'list' ? source.slides : null,
  source: source.kind === 'list' ? { kind: 'list', pages: source.pages } : { kind: 'watch', everyMs: source.everyMs },
});
