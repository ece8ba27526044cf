import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseSubmitter, parseWhole } from '../parse-flag.ts';
import { SUBMITTER_FLAG } from './run-command.ts';

/** Flags of `h2g demo` as commander gives them. */
export interface DemoFlags {
  readonly bundle?: string;
  readonly out: string;
  readonly seed: number;
  readonly submitter?: string;
  readonly again?: boolean;
}

export function addDemoCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('demo')
    .summary('segment a synthetic slide whose tumour is known')
    .description(
      'Paint a synthetic H&E slide with a known tumour, segment it, and compare the mask with the truth (DSC).',
    )
    .option('--out <dir>', 'slide, truth and results go here', './h2g-demo')
    .option('--seed <n>', 'the same seed paints the same slide', parseWhole({ min: 0, max: 2 ** 31 - 1 }), 1)
    .option('--bundle <dir>', 'model bundle (default: one that was trained on such slides and comes with h2g)')
    .option('--submitter <name>', SUBMITTER_FLAG, parseSubmitter)
    .option('--again', 'forget the finished run and do it anew')
    .option('--json', 'the last line of stdout is the result as JSON')
    .addHelpText('after', examplesText('demo'))
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      answer(await runDemo(flags, context));
    });
}
