import { evaluationPlane } from '../../../domain/evaluation/plane-mask.ts';
import type { SlideExtent } from '../../../domain/evaluation/fits-slide.ts';
import { asH2gError, H2gError } from '../../../domain/error.ts';
import type { Size } from '../../../domain/geometry.ts';
import { findResults, type ResultsFolder, type SlideResults } from './find-results.ts';
import type { EvaluationList, ListedSlide } from './read-evaluation-list.ts';

/** One slide, ready to be evaluated. */
export interface EvaluationCase {
  readonly slide: ListedSlide;
  readonly extent: SlideExtent;
  /** The slide at 1 um/px. */
  readonly plane: Size;
  /** By the names of the folders. */
  readonly results: ReadonlyMap<string, SlideResults>;
}

export interface FoundCases {
  readonly cases: readonly EvaluationCase[];
  /** Slides left out, with why. */
  readonly missing: readonly { readonly slide: string; readonly reason: string }[];
}

const SAME_MPP = 0.01;
const REASONS_SHOWN = 5;

/**
 * Finds the results of all slides before any is compared. A slide that lacks results of one folder is left out for all, so that methods are compared on the
 * same slides. @throws H2gError `results-missing` unless `skipMissing`, `results-misfit` where folders disagree on a slide's size
 */
export async function findCases(
  { slides }: EvaluationList,
  { folders, skipMissing }: { folders: readonly ResultsFolder[]; skipMissing: boolean },
): Promise<FoundCases> {
  refuseNamesakes(slides);
  const cases: EvaluationCase[] = [];
  const missing: { slide: string; reason: string }[] = [];
  for (const slide of slides) {
    try {
      cases.push(await findCase(slide, folders));
    } catch (thrown) {
      const error = asH2gError(thrown);
      if (error.code !== 'results-missing') throw thrown;
      missing.push({ slide: slide.slide, reason: error.message });
    }
  }
  if (missing.length > 0 && (!skipMissing || cases.length === 0)) throw noResults(missing, slides.length);
  return { cases, missing };
}

async function findCase(slide: ListedSlide, folders: readonly ResultsFolder[]): Promise<EvaluationCase> {
  const found = new Map<string, SlideResults>();
  for (const folder of folders) found.set(folder.name, await findResults(folder, slide));
  const extent = extentOf(slide, found);
  return { slide, extent, plane: evaluationPlane(extent, extent.mpp), results: found };
}

function extentOf(slide: ListedSlide, results: ReadonlyMap<string, SlideResults>): SlideExtent {
  const [first, ...others] = [...results.values()];
  const extent = first?.report.slide;
  if (extent === undefined || extent.mpp === null)
    throw new H2gError({
      code: 'results-missing',
      message: `${slide.name} (line ${slide.line}): its report does not say how large the slide’s pixels are.`,
      hint: 'Look into its report.json for what went wrong with the run.',
    });
  const { widthPx, heightPx, mpp } = extent;
  for (const { folder, report } of others) {
    const { slide: other } = report;
    const isSame =
      other.widthPx === widthPx && other.heightPx === heightPx && Math.abs((other.mpp ?? 0) - mpp) <= SAME_MPP * mpp;
    if (!isSame)
      throw new H2gError({
        code: 'results-misfit',
        message: `${slide.name} (line ${slide.line}) is ${widthPx} x ${heightPx} px at ${mpp} um/px by ${first?.folder}, but ${other.widthPx} x ${other.heightPx} px at ${other.mpp} um/px by ${folder}.`,
        hint: 'Results are compared on one slide with one scale: run it again where it was another.',
      });
  }
  return { widthPx, heightPx, mpp };
}

/** Results lie in a folder called as the slide, so two slides of one name cannot be told apart. */
function refuseNamesakes(slides: readonly ListedSlide[]): void {
  const seen = new Map<string, ListedSlide>();
  for (const slide of slides) {
    const other = seen.get(slide.name);
    if (other !== undefined)
      throw new H2gError({
        code: 'usage',
        message: `Lines ${other.line} and ${slide.line} of the list both have a slide called ${slide.name}, so their results cannot be told apart.`,
        hint: 'Rename one of them, or evaluate them with two lists and two folders of results.',
      });
    seen.set(slide.name, slide);
  }
}

function noResults(missing: readonly { readonly reason: string }[], slides: number): H2gError {
  const shown = missing.slice(0, REASONS_SHOWN).map(({ reason }) => `  ${reason}`);
  const more = missing.length > REASONS_SHOWN ? [`  … and ${missing.length - REASONS_SHOWN} more`] : [];
  return new H2gError({
    code: 'results-missing',
    message: [`${missing.length} of ${slides} slides cannot be evaluated:`, ...shown, ...more].join('\n'),
    hint: 'Run these slides with h2g run --out, or leave them out with --skip-missing, which says so in all files.',
  });
}
