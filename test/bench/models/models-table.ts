import { alignColumns } from '../../../apps/cli/align-columns.ts';
import type { Summary } from '../../../domain/evaluation/evaluation.ts';
import type { Sample } from '../../../domain/evaluation/sample-statistics.ts';

/** What the table needs of `evaluation.json`. */
export interface Evaluation {
  readonly methods: readonly Summary[];
}

const spread = ({ mean, sd }: Sample, digits = 3): string =>
  mean === undefined ? '-' : `${mean.toFixed(digits)} ± ${sd === undefined ? '-' : sd.toFixed(digits)}`;

/** A row a method, mean and sample standard deviation over the slides. */
export function modelsTable(
  { methods }: Evaluation,
  rows: readonly { readonly name: string; readonly label: string }[],
): string {
  const cells = rows.map(({ name, label }) => {
    const summary = methods.find(({ method }) => method === name);
    if (summary === undefined) throw new Error(`the evaluation has no figures of ${name}`);
    const { slides, recall, precision, dsc, hd95Um } = summary;
    return [label, String(slides), spread(recall), spread(precision), spread(dsc), spread(hd95Um, 0)];
  });
  return alignColumns([['method', 'slides', 'recall', 'precision', 'DSC', 'HD95 um'], ...cells]).join('\n');
}
