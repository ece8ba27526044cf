import { CommanderError } from 'commander';
import { H2gError } from '../../domain/error.ts';
import { buildProgram } from './build-program.ts';
import type { CliContext } from './cli-context.ts';
import type { CommandAnswer } from './command-answer.ts';
import { EXIT_CODES, type ExitCode } from './exit-code.ts';
import { Interrupted, commandToGoOn } from './interrupted.ts';
import { programName } from './program-name.ts';
import { answerToError } from './render-error.ts';

/** Runs one command line to its end and says what came of it; never throws. */
export async function runCli(context: CliContext): Promise<ExitCode> {
  const given: CommandAnswer[] = [];
  const program = buildProgram({ context, answer: (answer) => given.push(answer) });
  try {
    await program.parseAsync(context.args, { from: 'user' });
  } catch (thrown) {
    if (isHelpOrVersion(thrown)) return EXIT_CODES.done;
    context.output.draw([]);
    return conclude(answerToError(asSpoken(thrown, context), { debug: isDebug(context.env) }), context);
  }
  const answer = given.at(-1);
  return answer === undefined ? EXIT_CODES.done : conclude(answer, context);
}

/** Lines for people go to stdout, unless stdout is for a program or they tell of an error. */
function conclude({ lines, errors = [], json, exitCode }: CommandAnswer, { output, args }: CliContext): ExitCode {
  const asJson = wantsJson(args);
  for (const line of errors) output.note(line);
  for (const line of lines) output[asJson ? 'note' : 'print'](line);
  if (asJson) output.print(JSON.stringify(json));
  return exitCode;
}

/** Looked up by hand, since a command line that cannot be parsed owes its caller JSON as well. */
export const wantsJson = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
};

const isDebug = (env: NodeJS.ProcessEnv): boolean => ['debug', 'trace'].includes(env['H2G_LOG_LEVEL'] ?? '');

const isHelpOrVersion = (thrown: unknown): boolean => thrown instanceof CommanderError && thrown.exitCode === 0;

function asSpoken(thrown: unknown, { signal, args, env }: CliContext): unknown {
  if (thrown instanceof CommanderError) return usageError(thrown);
  if (!signal.aborted || thrown instanceof Interrupted) return thrown;
  return new Interrupted('Interrupted.', `To go on: ${commandToGoOn(programName(env), args)}`);
}

function usageError(thrown: CommanderError): H2gError {
  const isBare = thrown.code === 'commander.help';
  return new H2gError({
    code: 'usage',
    message: isBare ? 'No command was given.' : thrown.message.replace(/^error: /, ''),
    hint: 'h2g --help lists the commands, h2g <command> --help explains one and has examples.',
  });
}
