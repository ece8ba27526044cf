import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES } from '../../../domain/keys.ts';
import { formatCount } from '../format-quantity.ts';

/** Endings that a folder is searched for; a file named by itself is tried whatever its ending. */
const SLIDE_ENDINGS = ['.svs', '.tif', '.tiff', '.btf', '.tf2', '.tf8'] as const;
/** Also of a scheme that is not read: whoever opens it says so, while no file has such a name. */
const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i;

export interface FoundSlides {
  readonly urls: readonly URL[];
  /** Files in searched folders that are no slides by their ending. */
  readonly skipped: readonly string[];
  /** Some were found in a folder, so that there may be any number of them. */
  readonly inFolder: boolean;
}

const isSlideName = (path: string): boolean => SLIDE_ENDINGS.some((ending) => ending === extname(path).toLowerCase());
/** macOS writes a `._name` beside every file on a foreign disk: no slide, though it ends like one. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));

/** What an earlier run wrote, in a folder with its report: `heatmap.tif` and `mask.tif` are no slides. */
function resultsAmong(files: readonly string[]): Set<string> {
  const folders = new Set(files.filter((path) => basename(path) === RESULT_FILES.report).map((path) => dirname(path)));
  const isResult = (path: string): boolean =>
    folders.has(dirname(path)) && Object.values(RESULT_FILES).some((name) => name === basename(path));
  return new Set(files.filter(isResult));
}

async function searchFolder(folder: string): Promise<FoundSlides> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isHidden(path.slice(folder.length + 1)))
    .toSorted();
  const results = resultsAmong(files);
  const slides = files.filter((path) => isSlideName(path) && !results.has(path));
  if (slides.length === 0) throw noSlides(folder, files.length);
  return {
    urls: slides.map((path) => pathToFileURL(path)),
    skipped: files.filter((path) => !slides.includes(path) && !results.has(path)),
    inFolder: true,
  };
}

const noSlides = (folder: string, files: number): H2gError =>
  new H2gError({
    code: 'usage',
    message: `There is no slide in the folder ${folder} (${formatCount(files, 'other file')}).`,
    hint: `Slides in folders are found by their ending: ${SLIDE_ENDINGS.join(', ')}. A file with another ending can be named by itself.`,
  });

async function findOne(argument: string, folder: string): Promise<FoundSlides> {
  if (URL_START.test(argument)) return { urls: [parseUrl(argument)], skipped: [], inFolder: false };
  const path = resolve(folder, argument);
  const facts = await stat(path).catch((cause: unknown) => {
    throw missing(argument, path, cause);
  });
  return facts.isDirectory() ? searchFolder(path) : { urls: [pathToFileURL(path)], skipped: [], inFolder: false };
}

/** People type an object's key as it is, and `#` or `?` may stand in it; an escape such as %20 is taken for one. */
const escapedKey = (text: string): string =>
  text
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F');

export function parseUrl(text: string): URL {
  try {
    return new URL(/^s3:/i.test(text) ? escapedKey(text) : text);
  } catch (cause) {
    throw new H2gError(
      { code: 'usage', message: `${text} is not a URL.`, hint: 'Give a path, or a URL such as s3://bucket/slide.svs.' },
      { cause },
    );
  }
}

const missing = (argument: string, path: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'slide-missing',
      message: `There is no file or folder ${argument}${path === argument ? '' : ` (${path})`}.`,
      hint: 'Look for a typing error in the path; relative paths start from the folder you are in.',
    },
    { cause },
  );

/** One argument that names no slide; the others go on. */
export interface BadArgument {
  readonly argument: string;
  readonly error: unknown;
}

/** Slides of all arguments, each once, in the order given; a folder's own are sorted by path. */
export async function findSlides(
  args: readonly string[],
  folder: string,
): Promise<FoundSlides & { bad: readonly BadArgument[] }> {
  const found = await Promise.all(
    args.map((argument) =>
      findOne(argument, folder).then(
        (slides) => ({ slides, bad: [] }),
        (error: unknown) => ({ slides: { urls: [], skipped: [], inFolder: false }, bad: [{ argument, error }] }),
      ),
    ),
  );
  const urls = found.flatMap(({ slides }) => slides.urls);
  return {
    urls: [...new Map(urls.map((url) => [url.href, url])).values()],
    skipped: found.flatMap(({ slides }) => slides.skipped),
    inFolder: found.some(({ slides }) => slides.inFolder),
    bad: found.flatMap(({ bad }) => bad),
  };
}
