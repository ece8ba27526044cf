import type { CommandAnswer } from './command-answer.ts';
import type { Output } from './output.ts';

/** The world as one command line sees it; nothing below reaches for `process`. */
export interface CliContext {
  readonly env: NodeJS.ProcessEnv;
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command is built with: the world, and where its answer goes. */
export interface CommandHost {
  readonly context: CliContext;
  readonly answer: (answer: CommandAnswer) => void;
}
