import { Option, type Command } from 'commander';
import { LANES, type Lane } from '../../../domain/run-spec.ts';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseSubmitter } from '../parse-flag.ts';

const RUN_ARGUMENT = "the first characters of a run's id";

export function addQuarantineCommand(program: Command, { context, answer }: CommandHost): void {
  const quarantine = program
    .command('quarantine')
    .summary('cells that could not be analysed')
    .description('Look at cells that could not be analysed, and try them again once the cause is mended.');
  quarantine
    .command('list')
    .summary('the runs with failed cells, or the cells of one')
    .description('List the runs that have failed cells, newest first, or the failed cells of one run.')
    .argument('[run]', RUN_ARGUMENT)
    .option('--json', 'the last line of stdout is the answer as JSON')
    .addHelpText('after', examplesText('quarantine list'))
    .action(async (run: string | undefined) => {
      const { showQuarantine, showQuarantines } = await import('../quarantine/show-quarantine.ts');
      answer(await (run === undefined ? showQuarantines(context) : showQuarantine(run, context)));
    });
  quarantine
    .command('replay')
    .summary("try a run's failed cells again")
    .description(
      'Try the failed cells of a finished run again, and make its results anew; all other scores stay as they are. What is analysed now leaves the quarantine.',
    )
    .argument('<run>', RUN_ARGUMENT)
    .addOption(new Option('--lane <lane>', 'priority').choices(LANES).default('routine'))
    .option('--submitter <name>', "whose slide it is (default: the run's own)", parseSubmitter)
    .option('--json', 'the last line of stdout is the report as JSON, with what came of the replay')
    .addHelpText('after', examplesText('quarantine replay'))
    .action(async (run: string, options: { lane: Lane; submitter?: string }) => {
      const { replayRun } = await import('../quarantine/replay-run.ts');
      answer(await replayRun(run, options, context));
    });
}
