import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCsv, parseCsv } from '../../../domain/csv.ts';
import { H2gError } from '../../../domain/error.ts';
import { withFileLock } from '../../../infra/local/provision/with-file-lock.ts';
import { writeTable } from '../write-table.ts';
import { isMissing } from '../is-missing.ts';

/** A painted slide as the list of a data set has it; paths start from the list's folder. */
export interface ListedSlide {
  readonly slide: string;
  readonly annotation: string;
  readonly split: string;
  readonly grade: number;
}

export const SLIDE_LIST = 'slides.csv';
const COLUMNS = ['slide', 'annotation', 'split', 'grade'] as const satisfies readonly (keyof ListedSlide)[];

/** The list in a folder: its header, then a row for each slide. Where there is none, the header alone. */
export async function readSlideList(
  folder: string,
): Promise<[header: readonly string[], ...rows: (readonly string[])[]]> {
  const path = join(folder, SLIDE_LIST);
  const { rows, openQuote } = parseCsv(await readText(path));
  const [header, ...lines] = rows.map(({ fields }) => fields);
  if (header === undefined) return [COLUMNS];
  const names = header.map((name) => name.trim());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) throw unusable(path, `it has no column "${missing}"`);
  if (openQuote !== undefined) throw unusable(path, `a quote in line ${openQuote} is not closed`);
  return [names, ...lines];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

const unusable = (path: string, why: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `The slide cannot be added to ${path}: ${why}.`,
    hint: `Paint to another folder, or make the list one with the columns ${COLUMNS.join(', ')}.`,
  });

/** Adds a slide to the folder's list; its older row is replaced, all others and their further columns stay. Several processes may paint to one folder. */
export async function listSlide(folder: string, slide: ListedSlide, signal: AbortSignal): Promise<void> {
  const path = join(folder, SLIDE_LIST);
  await withFileLock(path, signal, async () => {
    const [header, ...rows] = await readSlideList(folder);
    const at = header.indexOf('slide');
    const before = rows.findIndex((row) => row[at] === slide.slide);
    const older = rows[before];
    const fresh = header.map((name, index) => {
      const column = COLUMNS.find((known) => known === name);
      return column === undefined ? (older?.[index] ?? '') : String(slide[column]);
    });
    const all = older === undefined ? [...rows, fresh] : rows.with(before, fresh);
    await writeTable(path, formatCsv([header, ...all]));
  });
}
