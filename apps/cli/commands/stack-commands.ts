import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';

export function addStackCommands(program: Command, { context, answer }: CommandHost): void {
  program
    .command('up')
    .summary('start the local servers and workers, to stay')
    .description(
      'Start the local servers and workers as a standing service and print their addresses, and in which file the keys of the store are.',
    )
    .option('--json', 'the last line of stdout is the addresses as JSON, with the keys of the store')
    .addHelpText('after', examplesText('up'))
    .action(async () => {
      const { startStack } = await import('../stack/start-stack.ts');
      answer(await startStack(context));
    });
  program
    .command('down')
    .summary('stop the local servers and workers')
    .description('Stop the local servers and workers. Runs under way go on at the next start; nothing stored is lost.')
    .option('--json', 'the last line of stdout is the answer as JSON')
    .addHelpText('after', examplesText('down'))
    .action(async () => {
      const { stopStack } = await import('../stack/stop-stack.ts');
      answer(await stopStack(context));
    });
}
