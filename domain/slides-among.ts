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

/**
 * The slides among files or keys below one place, by their endings, and what was passed over; sorted. Hidden files and the results of
 * earlier runs are neither.
 * @param paths relative, parted by `/`
 */
export function slidesAmong(paths: readonly string[]): { slides: string[]; skipped: string[] } {
  const visible = paths.filter((path) => !isHidden(path)).toSorted();
  const results = resultsAmong(visible);
  const rest = visible.filter((path) => !results.has(path));
  return { slides: rest.filter(isSlideName), skipped: rest.filter((path) => !isSlideName(path)) };
}
