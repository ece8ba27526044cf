import type { Outcome, Report } from './report.ts';

type Facts = Pick<Report, 'outcome' | 'tumourAreaMm2' | 'tissueAreaMm2' | 'cells'>;

const areas = ({ tumourAreaMm2, tissueAreaMm2 }: Facts): string =>
  `tumour ${tumourAreaMm2.toFixed(2)} mm² of ${tissueAreaMm2.toFixed(2)} mm² tissue`;

const lost = ({ cells }: Facts): string => `${cells.failed} of ${cells.tissue} cells failed`;

const LINES: Record<Outcome, (facts: Facts) => string> = {
  done: (facts) => (facts.cells.failed === 0 ? areas(facts) : `${areas(facts)} · ${lost(facts)}`),
  'no-tissue': () => 'no tissue found',
  'needs-review': (facts) => `needs review: ${lost(facts)} · ${areas(facts)}`,
  failed: ({ cells }) => `failed: none of ${cells.tissue} cells could be analysed`,
};

/** What came out, in one line for a picture. */
export const outcomeLine = (facts: Facts): string => LINES[facts.outcome](facts);
