import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseWhole } from '../parse-flag.ts';

/** Flags of `h2g setup` as commander gives them. */
export interface SetupFlags {
  readonly retentionDays: number;
  readonly patience: number;
}

export function addSetupCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('setup')
    .summary("prepare a site's servers")
    .description(
      "Make what the site's own servers must hold: the bucket, the streams, Temporal's namespace and search attribute. What is there stays; repeating it is harmless.",
    )
    .option(
      '--retention-days <n>',
      'how long a new namespace keeps the history of runs that have ended',
      parseWhole({ min: 1, max: 3650 }),
      30,
    )
    .option(
      '--patience <s>',
      'how long servers that do not answer are waited for',
      parseWhole({ min: 0, max: 3600 }),
      120,
    )
    .option('--json', 'the last line of stdout says as JSON what was made')
    .addHelpText('after', examplesText('setup'))
    .action(async (flags: SetupFlags) => {
      const { setUpSite } = await import('../setup/set-up-site.ts');
      answer(await setUpSite(flags, context));
    });
}
