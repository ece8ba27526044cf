import { Argument, type Command } from 'commander';
import { LANES, type Lane } from '../../../domain/run-spec.ts';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import type { Steering } from '../runs/steer-run.ts';

const RUN_ARGUMENT = "the first characters of a run's id";
const JSON_FLAG = 'the last line of stdout is the answer as JSON';

/** Commands that name a run and nothing else: what help says of them in its list, and in full. */
const PLAIN: Record<Exclude<Steering['kind'], 'set-lane'>, { summary: string; description: string }> = {
  cancel: { summary: 'stop a run for good', description: 'Stop a run for good; its queued batches are dropped.' },
  pause: { summary: 'hold a run', description: 'Take the batches of a run out of the queue until it is resumed.' },
  resume: {
    summary: 'go on with a paused run',
    description: 'Put the missing batches of a paused run back into the queue.',
  },
};

export function addSteerCommands(program: Command, { context, answer }: CommandHost): void {
  const steer = async (run: string, steering: Steering): Promise<void> => {
    const { steerRun } = await import('../runs/steer-run.ts');
    answer(await steerRun(run, steering, context));
  };
  for (const kind of ['cancel', 'pause', 'resume'] as const)
    program
      .command(kind)
      .summary(PLAIN[kind].summary)
      .description(PLAIN[kind].description)
      .argument('<run>', RUN_ARGUMENT)
      .option('--json', JSON_FLAG)
      .addHelpText('after', examplesText(kind))
      .action((run: string) => steer(run, { kind }));
  program
    .command('set-lane')
    .description('Move what is left of a run to another lane.')
    .summary('move a run to another lane')
    .argument('<run>', RUN_ARGUMENT)
    .addArgument(new Argument('<lane>', 'where to').choices(LANES))
    .option('--json', JSON_FLAG)
    .addHelpText('after', examplesText('set-lane'))
    .action((run: string, lane: Lane) => steer(run, { kind: 'set-lane', lane }));
}
