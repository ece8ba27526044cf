import type { WriteStream } from 'node:tty';

/** Where a command speaks: answers go to stdout, everything said meanwhile to stderr. */
export interface Output {
  print(line: string): void;
  note(line: string): void;
  /** Lines at the foot of a terminal that replace those drawn before; where stderr is no terminal nothing is drawn. */
  draw(lines: readonly string[]): void;
  readonly isTerminal: boolean;
  /** Height of the terminal; 24 where there is none. */
  readonly rows: number;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'rows'>>;
}

const UP_AND_CLEAR = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\r\u001b[J`);
// A line that wraps would take two rows, and going up would miss one.
const WITHOUT_WRAPPING = (text: string): string => `\u001b[?7l${text}\u001b[?7h`;

export function createOutput({ stdout, stderr }: OutputStreams): Output {
  const isTerminal = stderr.isTTY === true;
  let drawn: readonly string[] = [];
  const draw = (lines: readonly string[]): void => {
    if (!isTerminal) return;
    const text = lines.map((line) => `${line}\n`).join('');
    stderr.write(UP_AND_CLEAR(drawn.length) + WITHOUT_WRAPPING(text));
    drawn = lines;
  };
  const above = (write: () => void): void => {
    const lines = drawn;
    if (lines.length > 0) draw([]);
    write();
    if (lines.length > 0) draw(lines);
  };
  return {
    isTerminal,
    get rows() {
      // Some terminals say 0 where they do not know.
      return stderr.rows || 24;
    },
    draw,
    print: (line) => above(() => stdout.write(`${line}\n`)),
    note: (line) => above(() => stderr.write(`${line}\n`)),
  };
}
