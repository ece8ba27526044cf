import { RESULT_FILES } from './keys.ts';

/** Endings by which slides are found in folders and prefixes; one named by itself is tried whatever its ending. */
export const SLIDE_ENDINGS = ['.svs', '.tif', '.tiff', '.btf', '.tf2', '.tf8'] as const;

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isSlideName = (path: string): boolean => SLIDE_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));
/** macOS writes a `._name` beside every file on a foreign disk: no slide, though it ends like one. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));

/** What an earlier run wrote, in a folder with its report: `heatmap.tif` and `mask.tif` are no slides. */
function resultsAmong(paths: readonly string[]): Set<string> {
  const folders = new Set(paths.filter((path) => nameOf(path) === RESULT_FILES.report).map(folderOf));
  const isResult = (path: string): boolean =>
    folders.has(folderOf(path)) && Object.values(RESULT_FILES).some((name) => name === nameOf(path));
  return new Set(paths.filter(isResult));
}

/** `a-mask.tif` beside `a.svs` is its annotation, as `h2g demo-slide` and many others name it. */
function masksAmong(paths: readonly string[]): Set<string> {
  const withoutEnding = new Set(paths.filter(isSlideName).map((path) => path.replace(/\.[^.]*$/, '')));
  return new Set(paths.filter((path) => withoutEnding.has(path.replace(/-mask\.tiff?$/i, ''))));
}

/**
 * The slides among files or keys below one place, by their endings, and what was passed over; sorted. Hidden files and the results of
 * earlier runs are neither; annotation masks beside their slides are passed over.
 * @param paths relative, parted by `/`
 */
export function slidesAmong(paths: readonly string[]): { slides: string[]; skipped: string[] } {
  const visible = paths.filter((path) => !isHidden(path)).toSorted();
  const results = resultsAmong(visible);
  const rest = visible.filter((path) => !results.has(path));
  const masks = masksAmong(rest);
  const isSlide = (path: string): boolean => isSlideName(path) && !masks.has(path);
  return { slides: rest.filter(isSlide), skipped: rest.filter((path) => !isSlide(path)) };
}
