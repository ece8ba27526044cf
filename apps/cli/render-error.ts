import { asH2gError, type ErrorFacts } from '../../domain/error.ts';
import type { CommandAnswer } from './command-answer.ts';
import { EXIT_CODES, exitCodeOfError, type ExitCode } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';

/** What `--json` says of an error; `interrupted` is the one code that is no error of the product. */
export interface SpokenFacts {
  readonly code: ErrorFacts['code'] | 'interrupted';
  readonly message: string;
  readonly hint: string;
}

export const exitCodeOf = (thrown: unknown): ExitCode =>
  thrown instanceof Interrupted ? EXIT_CODES.interrupted : exitCodeOfError(asH2gError(thrown));

export function spokenFacts(thrown: unknown): SpokenFacts {
  if (!(thrown instanceof Interrupted)) return asH2gError(thrown).facts;
  const { code, message, hint } = thrown;
  return { code, message, hint };
}

/** What happened, then what to do, each on a line of its own. */
export function errorLines({ code, message, hint }: SpokenFacts): string[] {
  const first = code === 'interrupted' ? message : `error: ${message}`;
  return hint === '' ? [first] : [first, `  ${hint}`];
}

/** The stack of the thrown thing and of each of its causes, for whoever looks for the fault in the program. */
function causeLines(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [String(thrown)];
  const own = thrown.stack ?? thrown.message;
  return thrown.cause === undefined ? [own] : [own, 'caused by:', ...causeLines(thrown.cause)];
}

/** A thrown thing as a command's answer; stack traces only with `debug`. */
export function answerToError(thrown: unknown, { debug }: { debug: boolean }): CommandAnswer {
  const facts = spokenFacts(thrown);
  return {
    exitCode: exitCodeOf(thrown),
    lines: [],
    errors: [...errorLines(facts), ...(debug ? causeLines(thrown) : [])],
    json: { error: facts },
  };
}
