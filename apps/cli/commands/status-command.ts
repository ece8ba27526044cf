import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseWhole } from '../parse-flag.ts';

export function addStatusCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('status')
    .summary('the recent runs, or one of them')
    .description('Show the recent runs, newest first, or one run in detail.')
    .argument('[run]', "the first characters of a run's id")
    .option('--limit <n>', 'how many runs to list', parseWhole({ min: 1, max: 1000 }), 20)
    .option('--json', 'the last line of stdout is the answer as JSON')
    .addHelpText('after', examplesText('status'))
    .action(async (run: string | undefined, { limit }: { limit: number }) => {
      const { showRun, showRuns } = await import('../runs/show-runs.ts');
      answer(await (run === undefined ? showRuns(limit, context) : showRun(run, context)));
    });
}
