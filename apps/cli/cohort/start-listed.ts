import { outcomeKey } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import { noteKeptFlags } from '../run/given-flags.ts';
import { inParallel } from '../run/in-parallel.ts';
import type { RunRequest } from '../run/run-request.ts';
import type { SegmentSettings } from '../run/segment-slide.ts';
import { isUnderWay } from './find-cohort.ts';
import type { PlacedSlide } from './place-slides.ts';
import { startOf, storeList } from './store-cohort.ts';

const DELETES_AT_ONCE = 8;

export interface ListedCohort {
  readonly cohortId: string;
  readonly slides: readonly PlacedSlide[];
  readonly request: Pick<RunRequest, 'slides' | 'parallel' | 'given'>;
}

/** Starts the cohort of these slides, or attaches to it; the list of one under way is left as it is, since its pages are being taken. */
export async function startListed(
  { cohortId, slides, request }: ListedCohort,
  settings: SegmentSettings,
): Promise<void> {
  const { backend, bundle, options, lane, submitter, again, note } = settings;
  await backend.ensureDetector(bundle.url);
  if (await isUnderWay(cohortId, backend)) {
    note(`Cohort ${cohortId} is under way already, following it`);
    noteKeptFlags(request, settings);
    return;
  }
  const record = await storeList(
    backend.store,
    {
      cohortId,
      label: labelOf(request.slides),
      bundle,
      options,
      lane: lane ?? 'routine',
      ...(submitter === undefined ? {} : { submitter }),
      parallel: request.parallel,
    },
    slides.map(({ listed }) => listed),
  );
  if (again) await forgetOutcomes(cohortId, slides, backend.store);
  await backend.cohorts.start({ ...startOf(record), again });
}

/** Their results are gone by now, so what an earlier attempt has noted must not pass for how they stand. */
async function forgetOutcomes(
  cohortId: string,
  slides: readonly PlacedSlide[],
  store: Pick<ObjectStore, 'delete'>,
): Promise<void> {
  const { signal } = new AbortController();
  await inParallel(slides, { limit: DELETES_AT_ONCE, signal }, async ({ listed: { run } }) => {
    if (run !== undefined) await store.delete(outcomeKey(cohortId, run.runId));
  });
}

const LABEL_SHOWN = 3;

/** @example labelOf(['scans/']) // "scans/" */
const labelOf = (asked: readonly string[]): string =>
  asked.length <= LABEL_SHOWN ? asked.join(' ') : `${asked.slice(0, LABEL_SHOWN).join(' ')} … (${asked.length} in all)`;
