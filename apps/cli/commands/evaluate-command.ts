import { type Command, Option } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';

/** Flags of `h2g evaluate` as commander gives them. */
export interface EvaluateFlags {
  readonly results: readonly string[];
  readonly baseline: readonly ('otsu' | 'heatmap')[];
  readonly split?: string;
  readonly group?: string;
  readonly class: string;
  readonly out: string;
  readonly skipMissing?: boolean;
}

export function addEvaluateCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('evaluate')
    .summary('compare results with annotations: recall, precision, DSC, HD95')
    .description(
      'Compare the masks that h2g run has written with annotations, on the plane of 1 um/px: recall, precision, DSC (F1), IoU and HD95 of each slide, their mean and standard deviation, by group, and which methods differ (Tukey’s HSD). Needs no servers.',
    )
    .argument('<list.csv>', 'columns slide, annotation (mask TIFF or QuPath GeoJSON), and if you like split and grade')
    .requiredOption(
      '--results <[name=]dir>',
      'what h2g run --out has written; give it again for each bundle that is to be compared',
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .addOption(
      new Option(
        '--baseline <method...>',
        "also the paper's baselines: otsu (all tissue), heatmap (no refinement: heatmap >= 0.5, closed and opened)",
      )
        .choices(['otsu', 'heatmap'])
        .default([], 'none'),
    )
    .option('--split <name>', 'only the slides of this split, or all (default: test, where the list has the column)')
    .option('--group <column>', 'figures by this column of the list too (default: grade, where the list has it)')
    .option('--class <name>', 'the class in QuPath GeoJSON that is tumour', 'Tumor')
    .option('--skip-missing', 'leave out slides without results, and say so, instead of stopping')
    .option('--out <dir>', 'evaluation.csv, evaluation.json and evaluation.png go here', './h2g-evaluation')
    .option('--json', 'the last line of stdout is evaluation.json')
    .addHelpText('after', examplesText('evaluate'))
    .action(async (list: string, flags: EvaluateFlags) => {
      const { runEvaluation } = await import('../evaluate/run-evaluation.ts');
      answer(await runEvaluation(list, flags, context));
    });
}
