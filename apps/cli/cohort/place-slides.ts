import type { ListedSlide } from '../../../domain/cohort.ts';
import { markRepeated } from '../../../domain/cohort-pages.ts';
import { hasResults } from '../../../domain/segment-cohort.ts';
import { runIdOf } from '../../../platform/digest.ts';
import type { SlideLine, SlideProgress } from '../progress/slide-progress.ts';
import { spokenFacts } from '../render-error.ts';
import { nameOf, withOwnScale, type Candidate } from '../run/candidate.ts';
import { forgetRun } from '../run/forget-run.ts';
import { inParallel } from '../run/in-parallel.ts';
import { placeSlide } from '../run/place-slide.ts';
import type { Prepared } from '../run/prepare-run.ts';
import { readReport } from '../run/read-report.ts';
import type { CohortBoard } from './cohort-board.ts';

/** A slide of a cohort as its list has it. */
export interface PlacedSlide {
  readonly name: string;
  readonly listed: ListedSlide;
  /** Why it is not run. */
  readonly error?: unknown;
  /** Its results lie in the store already. */
  readonly isDone: boolean;
}

interface Placing {
  readonly prepared: Prepared;
  readonly parallel: number;
  readonly board: CohortBoard;
}

/** Brings all slides where the workers see them and gives each its run; one that is refused is listed with the reason. */
export async function placeSlides(
  candidates: readonly Candidate[],
  { prepared, parallel, board }: Placing,
): Promise<PlacedSlide[]> {
  const { signal } = prepared.settings;
  const under = new Map<number, SlideLine>();
  let looked = 0;
  const show = (): void => {
    const summary = `${looked} of ${candidates.length} slides looked at`;
    board.show({ under: [...under.values()], summary, share: looked / candidates.length });
  };
  const placed = await inParallel(candidates, { limit: parallel, signal }, async (candidate, index) => {
    const name = nameOf(candidate);
    const slide = await placeOne(candidate, prepared, (progress) => {
      under.set(index, { name, progress });
      show();
    });
    under.delete(index);
    looked += 1;
    show();
    return slide;
  });
  const listed = markRepeated(placed.map((slide) => slide.listed));
  return placed.map((slide, index) => ({ ...slide, listed: listed[index] ?? slide.listed }));
}

async function placeOne(
  candidate: Candidate,
  { settings, see }: Prepared,
  show: (progress: SlideProgress) => void,
): Promise<PlacedSlide> {
  const { asked, columns } = candidate.slide;
  const name = nameOf(candidate);
  const base = { asked, ...(columns === undefined ? {} : { columns }) };
  try {
    const info = await see(candidate);
    const { backend, bundle, signal, again } = settings;
    const { mpp, lane } = 'url' in candidate.slide ? candidate.slide : {};
    const { options } = 'url' in candidate.slide ? withOwnScale(settings, candidate.slide) : settings;
    const slide = await placeSlide(info, {
      backend,
      signal,
      onHashing: () => show({ kind: 'preparing', doing: 'reading it once for its digest' }),
      onSent: (sentBytes) => show({ kind: 'uploading', sentBytes, sizeBytes: info.sizeBytes }),
    });
    const runId = runIdOf({ slide, bundle, options });
    if (again) await forgetRun(backend, runId);
    const report = await readReport(backend.store, runId);
    return {
      name,
      listed: {
        ...base,
        run: { runId, slide, ...(mpp === undefined ? {} : { mpp }), ...(lane === undefined ? {} : { lane }) },
      },
      isDone: report !== undefined && hasResults(report.outcome),
    };
  } catch (error) {
    if (settings.signal.aborted) throw error;
    return { name, error, isDone: false, listed: { ...base, error: spokenFacts(error) } };
  }
}
