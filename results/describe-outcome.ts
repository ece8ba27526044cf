import { CELL_STATUS, countStatus, type Heatmap } from '../domain/heatmap.ts';
import type { Outcome } from '../domain/report.ts';

interface OutcomeFacts {
  readonly outcome: Outcome;
  readonly heatmap: Heatmap;
  readonly tumourAreaMm2?: number;
}

interface Counts {
  readonly analysed: number;
  readonly failed: number;
}

const SENTENCES: Record<Outcome, (counts: Counts) => string> = {
  done: ({ analysed }) => `all ${analysed} tissue cells analysed`,
  'no-tissue': () => 'No tissue found',
  'needs-review': ({ analysed, failed }) => `Needs review: ${failed} of ${analysed + failed} tissue cells failed`,
  failed: ({ analysed }) => `The run failed; ${analysed} cells were analysed`,
};

/** One line on what came out, for people. @example 'Tumour 1.42 mm² · all 71 tissue cells analysed' */
export function describeOutcome({ outcome, heatmap, tumourAreaMm2 }: OutcomeFacts): string {
  const sentence = SENTENCES[outcome]({
    analysed: countStatus(heatmap, CELL_STATUS.analysed),
    failed: countStatus(heatmap, CELL_STATUS.failed),
  });
  if (outcome === 'no-tissue' || tumourAreaMm2 === undefined) return capitalised(sentence);
  const area = `Tumour ${tumourAreaMm2.toFixed(2)} mm²`;
  return outcome === 'done' ? `${area} · ${sentence}` : `${sentence} · ${area}`;
}

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
