/** A line of a CSV file; `line` is the number of its first line in the file, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

const SEPARATORS = [',', ';', '\t'] as const;

/** Spreadsheets of many languages write semicolons; the header tells. */
const separatorOf = (text: string): string => {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const counted = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).separator;
};

/**
 * The rows of a CSV file as RFC 4180 has it, empty lines left out; also with semicolons or tabs, bare line feeds, and a byte order mark.
 * @returns `openQuote`: the line of a quote that does not close where a field ends; what follows cannot be told apart
 */
export function parseCsv(text: string): { rows: CsvRow[]; openQuote: number | undefined } {
  const content = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(content);
  // A field, quoted or not, and what ends it.
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|((?!")[^${separator}\\r\\n]*))(${separator}|\\r\\n|\\n|\\r|$)`, 'y');
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let line = 1;
  let firstLine = 1;
  while (field.lastIndex < content.length || fields.length > 0) {
    const [whole, quoted, bare, end] = field.exec(content) ?? [undefined];
    if (whole === undefined) return { rows, openQuote: line };
    fields.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if (end === separator) continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: firstLine, fields });
    fields = [];
    firstLine = line;
  }
  return { rows, openQuote: undefined };
}

/** What a spreadsheet would take for a formula, whatever the file's author meant. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;

const cell = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows as RFC 4180 has them. Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export const formatCsv = (rows: readonly (readonly (string | number | undefined)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
