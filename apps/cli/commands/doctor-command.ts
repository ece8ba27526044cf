import type { Command } from 'commander';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';

export function addDoctorCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('doctor')
    .summary('what works here, and what to do about what does not')
    .description('Look at everything h2g needs on this machine; exit code 3 if something is broken.')
    .option('--json', 'the last line of stdout is the findings as JSON')
    .addHelpText('after', examplesText('doctor'))
    .action(async () => {
      const { runDoctor } = await import('../doctor/run-doctor.ts');
      answer(await runDoctor(context));
    });
}
