import type { CohortPage, ListedSlide } from './cohort.ts';
import { LANES, type Lane } from './run-spec.ts';

/** About as many as one execution of the workflow runs. */
const MOST_SLIDES = 100;
/** Temporal is handed a page's slides at once, and an answer of an activity stays under 64 KB. */
const MOST_BYTES = 40_000;

/**
 * A list in pages, higher lanes first, and otherwise in its own order.
 * @param lane of slides for which the list says nothing
 */
export function cutPages(slides: readonly ListedSlide[], lane: Lane): CohortPage[] {
  const rank = ({ run }: ListedSlide): number => LANES.indexOf(run?.lane ?? lane);
  const pages: { slides: ListedSlide[]; bytes: number }[] = [];
  for (const slide of slides.toSorted((a, b) => rank(a) - rank(b))) {
    const bytes = JSON.stringify(slide.run ?? {}).length;
    const page = pages.at(-1);
    if (page === undefined || page.slides.length >= MOST_SLIDES || page.bytes + bytes > MOST_BYTES)
      pages.push({ slides: [slide], bytes });
    else {
      page.slides.push(slide);
      page.bytes += bytes;
    }
  }
  return pages.map((page) => ({ schema: 'h2g-cohort-slides/1', slides: page.slides }));
}

/** Marks the second and later lines of a run, so that it is run and counted once. */
export function markRepeated(slides: readonly ListedSlide[]): ListedSlide[] {
  const seen = new Set<string>();
  return slides.map((slide) => {
    const { run } = slide;
    if (run === undefined) return slide;
    const repeated = seen.has(run.runId);
    seen.add(run.runId);
    return repeated ? { ...slide, run: { ...run, repeated } } : slide;
  });
}

/** What a cohort's progress is out of: every slide once, the refused ones too. */
export const countSlides = (slides: readonly ListedSlide[]): number =>
  slides.filter(({ run }) => run?.repeated !== true).length;
