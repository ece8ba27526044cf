import { Command } from 'commander';
import type { CommandHost } from './cli-context.ts';
import { addBundleCommand } from './commands/bundle-command.ts';
import { addCohortCommand } from './commands/cohort-command.ts';
import { addDemoCommand } from './commands/demo-command.ts';
import { addDemoSlideCommand } from './commands/demo-slide-command.ts';
import { addDoctorCommand } from './commands/doctor-command.ts';
import { addEvaluateCommand } from './commands/evaluate-command.ts';
import { addFollowCommands } from './commands/follow-commands.ts';
import { addQuarantineCommand } from './commands/quarantine-command.ts';
import { addRunCommand } from './commands/run-command.ts';
import { addSetupCommand } from './commands/setup-command.ts';
import { addStackCommands } from './commands/stack-commands.ts';
import { addStatusCommand } from './commands/status-command.ts';
import { addSteerCommands } from './commands/steer-commands.ts';
import { addWorkerCommand } from './commands/worker-command.ts';
import { SOFTWARE_VERSION } from './software-version.ts';

const AFTER = `
Exit codes: 0 done, 2 bad input or usage, 3 a run failed, 4 needs review, 130 interrupted (resumable).
Start here:  h2g demo     Something wrong?  h2g doctor     More: h2g <command> --help`;

/** All commands in the order in which help lists them. Nothing heavy is loaded before a command is chosen. */
const COMMANDS = [
  addRunCommand,
  addDemoCommand,
  addDemoSlideCommand,
  addCohortCommand,
  addEvaluateCommand,
  addStatusCommand,
  addFollowCommands,
  addSteerCommands,
  addQuarantineCommand,
  addStackCommands,
  addWorkerCommand,
  addSetupCommand,
  addDoctorCommand,
  addBundleCommand,
] as const;

/** The whole command line as definitions. It throws commander's errors instead of ending the process. */
export function buildProgram(host: CommandHost): Command {
  const { output } = host.context;
  const program = new Command('h2g')
    .description('Breast tumour segmentation in whole-slide images.')
    .version(SOFTWARE_VERSION, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
      // What went wrong is said once, in the form of all other errors.
      outputError: () => undefined,
    })
    .addHelpText('after', AFTER);
  for (const add of COMMANDS) add(program, host);
  return program;
}
