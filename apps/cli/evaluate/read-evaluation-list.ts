import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseCsv, type CsvRow } from '../../../domain/csv.ts';
import { slideName } from '../../../slides/slide-name.ts';
import { isUrl, parseUrl } from '../run/parse-url.ts';
import { readListText, unusableList } from '../run/read-list.ts';

/** One slide of the list and where its annotation lies. */
export interface ListedSlide {
  /** As the list has it. */
  readonly slide: string;
  readonly name: string;
  readonly url: URL;
  /** Absolute. */
  readonly annotation: string;
  readonly group: string | undefined;
  /** Line of the list, from 1. */
  readonly line: number;
}

export interface EvaluationList {
  readonly slides: readonly ListedSlide[];
  /** Which split was taken; undefined where the list has none, or all was asked for. */
  readonly split: string | undefined;
  /** The column that slides are grouped by; undefined where the list does not have it. */
  readonly groupColumn: string | undefined;
}

export interface ListRequest {
  readonly path: string;
  /** `all`, or a value of the column `split`; undefined: `test` where there is that column. */
  readonly split: string | undefined;
  /** Undefined: `grade` where there is that column. */
  readonly group: string | undefined;
}

const DEFAULT_SPLIT = 'test';
const EVERY_SPLIT = 'all';
const DEFAULT_GROUP = 'grade';
const FORM =
  'The first line names the columns: slide, annotation (a mask TIFF or QuPath GeoJSON), and if you like split and grade. Paths start from the list’s folder.';

interface Header {
  readonly names: readonly string[];
  has(name: string): boolean;
  value(row: CsvRow, name: string): string;
}

/** The slides of one split. @throws H2gError `usage` for a list that cannot be used as a whole, naming the line */
export async function readEvaluationList({ path, split, group }: ListRequest): Promise<EvaluationList> {
  const { rows, openQuote } = parseCsv(await readListText(path));
  if (openQuote !== undefined) throw unusableList(path, `a quote in line ${openQuote} is not closed`, FORM);
  const [first, ...lines] = rows;
  const header = headerOf(first);
  for (const name of ['slide', 'annotation'])
    if (!header.has(name)) throw unusableList(path, `its first line has no column "${name}"`, FORM);
  const groupColumn = groupOf(header, { path, group });
  const taken = takenSplit(header, { path, split });
  const wanted = lines.filter((row) => taken === undefined || header.value(row, 'split') === taken);
  if (wanted.length === 0) throw nothingIn(path, { header, lines, taken });
  const slides = wanted.map((row) => readLine(row, { path, header, groupColumn }));
  return { slides, split: taken, groupColumn };
}

function headerOf(row: CsvRow | undefined): Header {
  const names = (row?.fields ?? []).map((name) => name.trim());
  const at = (name: string): number => names.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  return {
    names,
    has: (name) => at(name) !== -1,
    value: ({ fields }, name) => (fields[at(name)] ?? '').trim(),
  };
}

function groupOf(header: Header, { path, group }: { path: string; group: string | undefined }): string | undefined {
  if (header.has(group ?? DEFAULT_GROUP)) return group ?? DEFAULT_GROUP;
  if (group === undefined) return undefined;
  throw unusableList(path, `it has no column "${group}" to group by`, `Its columns are ${header.names.join(', ')}.`);
}

function takenSplit(header: Header, { path, split }: { path: string; split: string | undefined }): string | undefined {
  if (split === EVERY_SPLIT) return undefined;
  if (header.has('split')) return split ?? DEFAULT_SPLIT;
  if (split === undefined) return undefined;
  throw unusableList(path, `it has no column "split", so there is no split "${split}"`, 'Leave --split out.');
}

function nothingIn(
  path: string,
  { header, lines, taken }: { header: Header; lines: readonly CsvRow[]; taken: string | undefined },
): Error {
  if (taken === undefined) return unusableList(path, 'it has no slide', FORM);
  const splits = [...new Set(lines.map((row) => header.value(row, 'split')))].join(', ') || 'none';
  const hint = `Name one with --split, or --split ${EVERY_SPLIT}; its splits are: ${splits}.`;
  return unusableList(path, `it has no slide of split "${taken}"`, hint);
}

function readLine(
  row: CsvRow,
  { path, header, groupColumn }: { path: string; header: Header; groupColumn: string | undefined },
): ListedSlide {
  const folder = dirname(path);
  const slide = header.value(row, 'slide');
  const annotation = header.value(row, 'annotation');
  for (const [name, value] of Object.entries({ slide, annotation }))
    if (value === '') throw unusableList(path, `line ${row.line} names no ${name}`, FORM);
  const url = isUrl(slide) ? parseUrl(slide) : pathToFileURL(resolve(folder, slide));
  const group = groupColumn === undefined ? undefined : header.value(row, groupColumn) || 'none given';
  return { slide, name: slideName(url), url, annotation: resolve(folder, annotation), group, line: row.line };
}
