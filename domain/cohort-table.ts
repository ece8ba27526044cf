import type { ListedSlide, SlideRecord } from './cohort.ts';

type Cell = string | number | undefined;

/** The export's own columns, with their names; those of the list follow. */
const COLUMNS: readonly (readonly [name: string, (slide: ListedSlide, record: SlideRecord | undefined) => Cell])[] = [
  ['slide', ({ asked }) => asked],
  ['run', ({ run }) => run?.runId],
  ['outcome', ({ run }, record) => record?.outcome ?? (run === undefined ? 'refused' : 'waiting')],
  ['tissueCells', (_, record) => record?.figures?.cells.tissue],
  ['analysedCells', (_, record) => record?.figures?.cells.analysed],
  ['failedCells', (_, record) => record?.figures?.cells.failed],
  ['coverage', (_, record) => record?.figures?.coverage],
  ['tumourAreaMm2', (_, record) => record?.figures?.tumourAreaMm2],
  ['tissueAreaMm2', (_, record) => record?.figures?.tissueAreaMm2],
  ['tumourShare', (_, record) => record?.figures?.tumourShare],
  ['warnings', (_, record) => record?.warnings.join(' ')],
  ['error', ({ error }, record) => (error ?? record?.error)?.message],
];
const OWN = COLUMNS.map(([name]) => name);

/** A cohort as a table, header first: a row for each slide of its list. A column of the list that is called as one of ours is marked so. */
export function cohortTable(
  slides: readonly ListedSlide[],
  outcomes: ReadonlyMap<string, SlideRecord>,
): (readonly Cell[])[] {
  const theirs = [...new Set(slides.flatMap(({ columns = {} }) => Object.keys(columns)))];
  return [
    [...OWN, ...theirs.map((name) => (OWN.includes(name) ? `${name} (list)` : name))],
    ...slides.map((slide) => {
      const record = slide.run === undefined ? undefined : outcomes.get(slide.run.runId);
      return [...COLUMNS.map(([, cell]) => cell(slide, record)), ...theirs.map((name) => slide.columns?.[name])];
    }),
  ];
}
