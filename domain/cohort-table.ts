import type { SlideStanding } from './cohort-standing.ts';

type Cell = string | number | undefined;

/** The export's own columns, with their names; those of the list follow. */
const COLUMNS: readonly (readonly [name: string, (standing: SlideStanding) => Cell])[] = [
  ['slide', ({ slide }) => slide.asked],
  ['run', ({ slide }) => slide.run?.runId],
  ['outcome', ({ standing }) => standing],
  ['tissueCells', ({ record }) => record?.figures?.cells.tissue],
  ['analysedCells', ({ record }) => record?.figures?.cells.analysed],
  ['failedCells', ({ record }) => record?.figures?.cells.failed],
  ['coverage', ({ record }) => record?.figures?.coverage],
  ['tumourAreaMm2', ({ record }) => record?.figures?.tumourAreaMm2],
  ['tissueAreaMm2', ({ record }) => record?.figures?.tissueAreaMm2],
  ['tumourShare', ({ record }) => record?.figures?.tumourShare],
  ['warnings', ({ record }) => record?.warnings.join(' ')],
  ['error', ({ slide, record }) => (slide.error ?? record?.error)?.message],
];
const OWN = COLUMNS.map(([name]) => name);

/** A cohort as a table, header first: a row for each line of its list. A column of the list that is called as one of ours is marked so. */
export function cohortTable(standings: readonly SlideStanding[]): (readonly Cell[])[] {
  const theirs = [...new Set(standings.flatMap(({ slide: { columns = {} } }) => Object.keys(columns)))];
  return [
    [...OWN, ...theirs.map((name) => (OWN.includes(name) ? `${name} (list)` : name))],
    ...standings.map((standing) => [
      ...COLUMNS.map(([, cell]) => cell(standing)),
      ...theirs.map((name) => standing.slide.columns?.[name]),
    ]),
  ];
}
