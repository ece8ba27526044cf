import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseCsv, type CsvRow } from '../../../domain/csv.ts';
import { asH2gError, H2gError } from '../../../domain/error.ts';
import { LANES, type Lane } from '../../../domain/run-spec.ts';
import { isPlausibleMpp, MPP_LIMITS } from '../../../domain/scale.ts';
import { isMissing } from '../is-missing.ts';
import type { BadSlide, FoundSlide } from './found-slide.ts';
import { isUrl, parseUrl } from './parse-url.ts';

export const isList = (path: string): boolean => path.toLowerCase().endsWith('.csv');

/** The columns that are read; all others are kept for the export. */
const READ = ['slide', 'mpp', 'lane'] as const;
const ROW_HINT = 'Correct this line and give the same command again; a bad line stops no other.';

interface List {
  readonly path: string;
  readonly header: readonly string[];
}

/**
 * The slides of a `list.csv`. A line that names none is an error of that line.
 * @throws H2gError `usage` where the whole list cannot be used: it is empty, not UTF-8, has no column `slide`, or no line below its header
 */
export async function readList(path: string): Promise<(FoundSlide | BadSlide)[]> {
  const { rows, openQuote } = parseCsv(await readListText(path));
  const [first, ...lines] = rows;
  const list = { path, header: headerOf(first, path) };
  const slides = await Promise.all(lines.map((row) => readRow(row, list)));
  if (openQuote !== undefined) return [...slides, quoteError(openQuote, list)];
  if (slides.length > 0) return slides;
  throw unusableList(
    path,
    'it has no slide',
    'Below its header a list has a line for each slide: its path or address.',
  );
}

/** @throws H2gError `usage` for what is no UTF-8 text, or not there */
export async function readListText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw unusableList(path, ...whyUnread(cause));
  }
}

/** What is wrong, and what to do. */
function whyUnread(thrown: unknown): [string, string] {
  if (thrown instanceof TypeError)
    return ['it is not UTF-8', 'Save the list as CSV in UTF-8, with a header that has a column "slide".'];
  if (isMissing(thrown)) return ['there is no such file', 'Check its path.'];
  return [`it cannot be read (${asH2gError(thrown).message})`, 'Look who may read it, and whether it is a file.'];
}

export const unusableList = (path: string, reason: string, hint: string): H2gError =>
  new H2gError({ code: 'usage', message: `The list ${path} cannot be used: ${reason}.`, hint });

function headerOf(row: CsvRow | undefined, path: string): string[] {
  const names = (row?.fields ?? []).map((name) => name.trim());
  const header = names.map((name) => READ.find((known) => known === name.toLowerCase()) ?? name);
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (!header.includes('slide'))
    throw unusableList(
      path,
      'its first line has no column "slide"',
      'The first line names the columns: slide (path or address), and if you like mpp, lane, and others of your own.',
    );
  if (twice !== undefined) throw unusableList(path, `two of its columns are called "${twice}"`, 'Rename one of them.');
  return header;
}

async function readRow({ line, fields }: CsvRow, list: List): Promise<FoundSlide | BadSlide> {
  const value = (name: string): string => (fields[list.header.indexOf(name)] ?? '').trim();
  const columns = Object.fromEntries(
    list.header.flatMap((name, index) => (name === 'slide' ? [] : [[name, fields[index] ?? '']])),
  );
  const asked = value('slide');
  try {
    if (fields.length !== list.header.length)
      throw bad(`it has ${fields.length} fields, but the header has ${list.header.length}`);
    const mpp = readMpp(value('mpp'));
    const lane = readLane(value('lane'));
    const url = await locate(asked, dirname(list.path));
    return { asked, url, mpp, lane, columns, line: lineOf(line, list) };
  } catch (error) {
    return { asked: asked || `line ${line}`, columns, error: atLine(error, lineOf(line, list)) };
  }
}

const bad = (message: string, hint = ROW_HINT): H2gError => new H2gError({ code: 'usage', message, hint });

const lineOf = (line: number, { path }: List): string => `${basename(path)}, line ${line}`;

/** An error as that of a line. @param line as `FoundSlide` has it */
export function atLine(thrown: unknown, line: string): H2gError {
  const { code, message, hint } = asH2gError(thrown).facts;
  return new H2gError({ code, message: `${line}: ${message.replace(/\.$/, '')}.`, hint }, { cause: thrown });
}

const quoteError = (line: number, list: List): BadSlide => ({
  asked: `line ${line}`,
  error: atLine(bad('a quote is not closed, so nothing from here on can be read'), lineOf(line, list)),
});

function readMpp(text: string): number | undefined {
  if (text === '') return undefined;
  const mpp = Number(text.replace(',', '.'));
  if (isPlausibleMpp(mpp)) return mpp;
  throw bad(`mpp "${text}" is not a number of microns per pixel from ${MPP_LIMITS.finest} to ${MPP_LIMITS.coarsest}`);
}

function readLane(text: string): Lane | undefined {
  if (text === '') return undefined;
  const lane = LANES.find((known) => known === text.toLowerCase());
  if (lane !== undefined) return lane;
  throw bad(`lane "${text}" is none of ${LANES.join(', ')}`);
}

async function locate(slide: string, folder: string): Promise<URL> {
  if (slide === '') throw bad('it names no slide');
  if (isUrl(slide)) return oneSlide(parseUrl(slide));
  const path = resolve(folder, slide);
  const facts = await stat(path).catch((cause: unknown) => {
    const message = `there is no file ${slide}${path === slide ? '' : ` (${path})`}`;
    throw new H2gError(
      { code: 'slide-missing', message, hint: 'Paths in a list start from the folder that the list lies in.' },
      { cause },
    );
  });
  if (facts.isDirectory()) throw bad(`${slide} is a folder; a line of a list names one slide`);
  return pathToFileURL(path);
}

function oneSlide(url: URL): URL {
  if (url.pathname.endsWith('/')) throw bad(`${url.href} is a prefix; a line of a list names one slide`);
  return url;
}
