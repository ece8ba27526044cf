import type { ExitCode } from './exit-code.ts';

/** What a command has to say at its end: the lines are for people, `json` is the last line of stdout under `--json`. */
export interface CommandAnswer {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
  /** What went wrong, for people; it never goes to stdout. */
  readonly errors?: readonly string[];
  readonly json: object;
}
