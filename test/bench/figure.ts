import type { Report } from '../../domain/report.ts';
import type { BareThreads } from './bare-threads.ts';
import type { Stack } from './stack.ts';

/** What every bench works with. */
export interface BenchTools {
  readonly stack: Stack;
  readonly slide: SlideUnderTest;
  readonly threads: BareThreads;
  /** Measurements repeated in turn, since a machine's speed changes under way. */
  readonly rounds: number;
  /** How long each round waits at most for a moment in which nobody else wants the cores. */
  readonly patienceSeconds: number;
  readonly note: (line: string) => void;
}

export interface SlideUnderTest {
  readonly path: string;
  readonly bundleDir: string;
  /** Of the warm-up run. */
  readonly report: Report;
}

/** One line of the table; the value of every round is kept. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** What the project has promised. */
  readonly promised?: { readonly atLeast: number } | { readonly atMost: number };
}

export type Bench = (tools: BenchTools) => Promise<Figure[]>;
