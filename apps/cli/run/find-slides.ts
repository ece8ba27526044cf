import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { H2gError } from '../../../domain/error.ts';
import { SLIDE_ENDINGS, slidesAmong } from '../../../domain/slides-among.ts';
import { formatCount } from '../format-quantity.ts';
import type { BadSlide, FoundSlide } from './found-slide.ts';
import { isPrefix, isUrl, parseUrl } from './parse-url.ts';
import { isList, readList } from './read-list.ts';

/** What one argument stands for. */
interface Found {
  readonly slides: readonly (FoundSlide | BadSlide)[];
  /** `s3:` prefixes, whose slides only the store can tell. */
  readonly prefixes: readonly URL[];
  /** Files in searched folders that are no slides by their ending. */
  readonly skipped: readonly string[];
  /** It may stand for any number of slides: a folder, a list, a prefix. */
  readonly many: boolean;
}

const NOTHING: Found = { slides: [], prefixes: [], skipped: [], many: false };

async function searchFolder(folder: string): Promise<Found> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const { slides, skipped } = slidesAmong(files);
  if (slides.length === 0) throw noSlides(folder, files.length);
  return {
    ...NOTHING,
    slides: slides.map((path) => fileSlide(join(folder, path))),
    skipped: skipped.map((path) => join(folder, path)),
    many: true,
  };
}

const fileSlide = (path: string): FoundSlide => ({ asked: path, url: pathToFileURL(path) });

export const noSlides = (place: string, others?: number): H2gError =>
  new H2gError({
    code: 'usage',
    message: `There is no slide in ${place}${others === undefined ? '' : ` (${formatCount(others, 'other file')})`}.`,
    hint: `Slides in folders are found by their ending: ${SLIDE_ENDINGS.join(', ')}. A file with another ending can be named by itself.`,
  });

async function findOne(argument: string, folder: string): Promise<Found> {
  if (isUrl(argument)) return findUrl(parseUrl(argument));
  const path = resolve(folder, argument);
  const facts = await stat(path).catch((cause: unknown) => {
    throw missing(argument, path, cause);
  });
  if (facts.isDirectory()) return searchFolder(path);
  return isList(path)
    ? { ...NOTHING, slides: await readList(path), many: true }
    : { ...NOTHING, slides: [fileSlide(path)] };
}

const findUrl = (url: URL): Found =>
  isPrefix(url) ? { ...NOTHING, prefixes: [url], many: true } : { ...NOTHING, slides: [{ asked: url.href, url }] };

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
interface BadArgument {
  readonly argument: string;
  readonly error: unknown;
}

export interface FoundSlides extends Found {
  readonly bad: readonly BadArgument[];
}

/** Slides of all arguments, each once unless a list repeats it, in the order given; a folder's own are sorted by path. */
export async function findSlides(args: readonly string[], folder: string): Promise<FoundSlides> {
  const found = await Promise.all(
    args.map((argument) =>
      findOne(argument, folder).then(
        (one) => ({ ...one, bad: [] }),
        (error: unknown) => ({ ...NOTHING, bad: [{ argument, error }] }),
      ),
    ),
  );
  return {
    slides: eachOnce(found.flatMap(({ slides }) => slides)),
    prefixes: found.flatMap(({ prefixes }) => prefixes),
    skipped: found.flatMap(({ skipped }) => skipped),
    many: found.some(({ many }) => many),
    bad: found.flatMap(({ bad }) => bad),
  };
}

/** A line of a list stays, since its columns are to come back. */
export function eachOnce<Slide extends FoundSlide | BadSlide>(slides: readonly Slide[]): Slide[] {
  const seen = new Set<string>();
  return slides.filter((slide) => {
    if (slide.columns !== undefined || !('url' in slide)) return true;
    const isNew = !seen.has(slide.url.href);
    seen.add(slide.url.href);
    return isNew;
  });
}
