import type { Output } from '../../../apps/cli/output.ts';

/** Collects what a command says. */
export interface FakeOutput extends Output {
  readonly printed: string[];
  readonly noted: string[];
  readonly drawn: (readonly string[])[];
}

export function fakeOutput({ isTerminal = false } = {}): FakeOutput {
  const printed: string[] = [];
  const noted: string[] = [];
  const drawn: (readonly string[])[] = [];
  return {
    printed,
    noted,
    drawn,
    isTerminal,
    rows: 24,
    print: (line) => void printed.push(line),
    note: (line) => void noted.push(line),
    draw: (lines) => void drawn.push(lines),
  };
}
