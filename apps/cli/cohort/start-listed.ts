import type { RunRequest } from '../run/run-request.ts';
import type { SegmentSettings } from '../run/segment-slide.ts';
import { isUnderWay } from './find-cohort.ts';
import type { PlacedSlide } from './place-slides.ts';
import { startOf, storeList } from './store-cohort.ts';

export interface ListedCohort {
  readonly cohortId: string;
  readonly slides: readonly PlacedSlide[];
  readonly request: Pick<RunRequest, 'slides' | 'parallel'>;
}

/** Starts the cohort of these slides, or attaches to it; the list of one under way is left as it is, since its pages are being taken. */
export async function startListed(
  { cohortId, slides, request }: ListedCohort,
  { backend, bundle, options, lane, submitter, again, note }: SegmentSettings,
): Promise<void> {
  await backend.ensureDetector(bundle.url);
  if (await isUnderWay(cohortId, backend)) {
    note(`Cohort ${cohortId} is under way already, following it`);
    if (lane !== undefined) note('It keeps the lane it was started in; h2g set-lane moves single runs.');
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
  await backend.cohorts.start({ ...startOf(record), again });
}

const LABEL_SHOWN = 3;

/** @example labelOf(['scans/']) // "scans/" */
const labelOf = (asked: readonly string[]): string =>
  asked.length <= LABEL_SHOWN ? asked.join(' ') : `${asked.slice(0, LABEL_SHOWN).join(' ')} … (${asked.length} in all)`;
