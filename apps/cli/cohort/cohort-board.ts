import type { Output } from '../output.ts';
import { boardLine, progressBar } from '../progress/progress-board.ts';
import type { SlideLine } from '../progress/slide-progress.ts';

/** Where nothing can be redrawn, a line this often is enough to see that it lives. */
const PLAIN_LINE_MS = 5_000;
/** The same line again says only that nothing moves. */
const SAME_LINE_MS = 60_000;

/** What many slides do, as one line, above it those under way. */
export interface CohortView {
  readonly under: readonly SlideLine[];
  readonly summary: string;
  /** From 0 to 1; undefined where there is no end. */
  readonly share: number | undefined;
}

/** The lines that fit on a terminal of so many rows. */
export function cohortLines({ under, summary, share }: CohortView, rows: number): string[] {
  const room = Math.max(1, rows - 3);
  const hidden = under.length - room;
  return [
    ...under.slice(0, room).map(boardLine),
    ...(hidden > 0 ? [`… and ${hidden} more under way`] : []),
    share === undefined ? summary : `${progressBar(share)}  ${summary}`,
  ];
}

/** Redrawn in place on a terminal; else the summary alone, when it changes and not often. */
export class CohortBoard {
  readonly #output: Output;
  readonly #nowMs: () => number;
  #last: { summary: string; atMs: number } | undefined;

  constructor(output: Output, nowMs: () => number = () => performance.now()) {
    this.#output = output;
    this.#nowMs = nowMs;
  }

  show(view: CohortView): void {
    if (this.#output.isTerminal) this.#output.draw(cohortLines(view, this.#output.rows));
    else this.#plain(view.summary);
  }

  /** Takes the board away, so that what is said next stands below nothing. */
  clear(): void {
    this.#output.draw([]);
  }

  #plain(summary: string): void {
    const atMs = this.#nowMs();
    const waitMs = this.#last?.summary === summary ? SAME_LINE_MS : PLAIN_LINE_MS;
    if (this.#last !== undefined && atMs - this.#last.atMs < waitMs) return;
    this.#last = { summary, atMs };
    this.#output.note(summary);
  }
}
