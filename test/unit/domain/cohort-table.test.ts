import { expect, it } from 'vitest';
import { cohortTable } from '../../../domain/cohort-table.ts';
import { standingsOf } from '../../../domain/cohort-standing.ts';
import type { ListedSlide, SlideRecord } from '../../../domain/cohort.ts';

const run = (runId: string) => ({
  runId,
  slide: { url: 's3://h2g/a', name: 'a', sizeBytes: 1, version: 'v' },
});
const SLIDES: ListedSlide[] = [
  { asked: 'a.svs', run: run('1'), columns: { case: 'P-1', outcome: 'theirs' } },
  { asked: 'b.svs', run: run('2') },
  { asked: 'c.svs', run: run('3'), columns: { case: 'P-3' } },
  { asked: 'd.svs', error: { code: 'usage', message: 'No slide.', hint: 'h' } },
];
const record = (runId: string, more: Partial<SlideRecord>): [string, SlideRecord] => [
  runId,
  { schema: 'h2g-slide-outcome/1', runId, attempt: 'x', outcome: 'done', warnings: [], ...more },
];
const FIGURES = {
  cells: { tissue: 9, analysed: 8, failed: 1 },
  coverage: 0.5,
  tumourAreaMm2: 1.5,
  tissueAreaMm2: 3,
  tumourShare: 0.5,
};

const HEADER =
  'slide,run,outcome,tissueCells,analysedCells,failedCells,coverage,tumourAreaMm2,tissueAreaMm2,tumourShare,warnings,error,case,outcome (list)';

it('a cohort as a table has a row for each line of its list, and its columns', () => {
  const outcomes = new Map([
    record('1', { outcome: 'needs-review', figures: FIGURES, warnings: ['cells-failed', 'scale-assumed'] }),
    record('2', { outcome: 'failed', error: { code: 'slide-io', message: 'It broke off.', hint: 'h' } }),
  ]);
  expect(cohortTable(standingsOf(SLIDES, outcomes, undefined))).toEqual([
    HEADER.split(','),
    ['a.svs', '1', 'needs-review', 9, 8, 1, 0.5, 1.5, 3, 0.5, 'cells-failed scale-assumed', undefined, 'P-1', 'theirs'],
    ['b.svs', '2', 'failed', ...Array(7).fill(undefined), '', 'It broke off.', undefined, undefined],
    ['c.svs', '3', 'not-run', ...Array(8).fill(undefined), undefined, 'P-3', undefined],
    ['d.svs', undefined, 'refused', ...Array(8).fill(undefined), 'No slide.', undefined, undefined],
  ]);
});
