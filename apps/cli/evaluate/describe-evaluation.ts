import type { EvaluationFigures, Summary } from '../../../domain/evaluation/evaluation.ts';
import type { Sample } from '../../../domain/evaluation/sample-statistics.ts';
import type { PairDifference } from '../../../domain/evaluation/tukey-hsd.ts';
import { alignColumns } from '../align-columns.ts';

const DIGITS = { share: 3, um: 0 };

/** @example "0.944 ± 0.074" */
function spread({ count, mean, sd }: Sample, { digits, of }: { digits: number; of: number }): string {
  if (mean === undefined) return '-';
  const text = sd === undefined ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
  return count === of ? text : `${text} (${count})`;
}

function summaryRow(summary: Summary): string[] {
  const { method, group, slides, recall, precision, dsc, iou, hd95Um } = summary;
  const share = (sample: Sample): string => spread(sample, { digits: DIGITS.share, of: slides });
  return [
    ...(group === undefined ? [] : [group]),
    method,
    String(slides),
    share(recall),
    share(precision),
    share(dsc),
    share(iou),
    spread(hd95Um, { digits: DIGITS.um, of: slides }),
  ];
}

const HEADER = ['method', 'slides', 'recall', 'precision', 'DSC (F1)', 'IoU', 'HD95 um'];

/** @example formatP(0.00003) // "< 0.0001" */
const formatP = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toFixed(4));

const tukeyRow = ({ a, b, difference, low, high, p }: PairDifference): string[] => [
  `${a} - ${b}`,
  difference.toFixed(3),
  `${low.toFixed(3)} to ${high.toFixed(3)}`,
  formatP(p),
];

/** The figures as a terminal shows them: mean ± sample standard deviation over slides. */
export function describeFigures(
  { methods, groups, tukey }: EvaluationFigures,
  groupColumn: string | undefined,
): string[] {
  const isPartial = [...methods, ...groups].some(({ slides, recall, precision, hd95Um }) =>
    [recall, precision, hd95Um].some(({ count }) => count < slides),
  );
  return [
    ...alignColumns([HEADER, ...methods.map(summaryRow)]),
    ...(groups.length === 0
      ? []
      : ['', ...alignColumns([[groupColumn ?? 'group', ...HEADER], ...groups.map(summaryRow)])]),
    ...(tukey.length === 0
      ? []
      : ['', ...alignColumns([["Tukey's HSD of DSC", 'difference', '95 % interval', 'p'], ...tukey.map(tukeyRow)])]),
    '',
    'Mean ± sample standard deviation over slides.',
    ...(isPartial ? ['In brackets: of how many slides, where a mask without tumour leaves it undefined.'] : []),
    ...emptyLines(methods),
  ];
}

const emptyLines = (methods: readonly Summary[]): string[] =>
  methods.flatMap(({ method, empty: { both, annotationOnly, predictionOnly } }) => [
    ...(both > 0 ? [`${method}: ${both} without tumour in both masks (DSC 1).`] : []),
    ...(annotationOnly > 0 ? [`${method}: ${annotationOnly} with tumour in the prediction only (DSC 0).`] : []),
    ...(predictionOnly > 0 ? [`${method}: ${predictionOnly} with tumour in the annotation only (DSC 0).`] : []),
  ]);
