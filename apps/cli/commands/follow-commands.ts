import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';

const RUN_ARGUMENT = "the first characters of a run's id";
const JSON_FLAG = 'the last line of stdout is the report as JSON';

export function addFollowCommands(program: Command, { context, answer }: CommandHost): void {
  program
    .command('watch')
    .summary('follow a run to its end')
    .description('Follow a run to its end, whoever started it.')
    .argument('<run>', RUN_ARGUMENT)
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('watch'))
    .action(async (run: string) => {
      const { watchRun } = await import('../runs/watch-run.ts');
      answer(await watchRun(run, context));
    });
  program
    .command('results')
    .summary('fetch the files of a finished run')
    .description('Fetch the files of a finished run from the store.')
    .argument('<run>', RUN_ARGUMENT)
    .requiredOption('--out <dir>', 'results go to <dir>/<name of the slide>/')
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('results'))
    .action(async (run: string, { out }: { out: string }) => {
      const { fetchResults } = await import('../runs/fetch-results.ts');
      answer(await fetchResults(run, out, context));
    });
}
