import { shellCommand } from './shell-command.ts';

/** Ctrl-C: not an error, nothing is lost, and the hint says how to go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 'interrupted';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command that goes on where this one stopped: the same one, without `--again`, which would start anew. */
export const commandToGoOn = (program: string, args: readonly string[]): string =>
  shellCommand([program, ...args.filter((arg) => arg !== '--again')]);
