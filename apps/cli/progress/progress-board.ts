import type { Output } from '../output.ts';
import { describeProgress, shareDone } from './describe-progress.ts';
import type { SlideLine, SlideProgress } from './slide-progress.ts';

const BAR_WIDTH = 24;
/** Where nothing can be redrawn, a line this often is enough to see that it lives. */
const PLAIN_LINE_MS = 5_000;
/** The same line again says only that nothing moves. */
const SAME_LINE_MS = 60_000;

/** @example progressBar(0.5, 8) // "████░░░░" */
export function progressBar(share: number, width: number = BAR_WIDTH): string {
  const full = Math.floor(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** One slide's line on a terminal: its name, a bar where the share is known, and what it does. */
export function boardLine({ name, progress }: SlideLine): string {
  const share = shareDone(progress);
  const bar = share === undefined ? '' : `${progressBar(share)}  `;
  return `${name}  ${bar}${describeProgress(progress)}`;
}

/** The lines that fit on a terminal of so many rows: slides under way first, the rest as one line. */
export function boardLines(slides: readonly SlideLine[], rows: number): string[] {
  const settled = slides.filter(({ progress }) => progress.kind === 'settled').length;
  const under = slides.filter(({ progress }) => progress.kind !== 'settled');
  const room = Math.max(1, rows - 3);
  const hidden = under.length - room;
  return [
    ...under.slice(0, room).map(boardLine),
    ...(hidden > 0 ? [`… and ${hidden} more under way`] : []),
    ...(slides.length > 1
      ? [`${progressBar(settled / slides.length)}  ${settled} of ${slides.length} slides settled`]
      : []),
  ];
}

/** Shows what several slides do: redrawn in place on a terminal, else a plain line at each change of step and every few seconds. */
export class ProgressBoard {
  readonly #output: Output;
  readonly #nowMs: () => number;
  readonly #slides = new Map<string, SlideLine>();
  readonly #lastPlain = new Map<string, { step: string; text: string; atMs: number }>();

  constructor(output: Output, nowMs: () => number = () => performance.now()) {
    this.#output = output;
    this.#nowMs = nowMs;
  }

  /** @param id tells slides of one name apart. */
  show(id: string, name: string, progress: SlideProgress): void {
    this.#slides.set(id, { name, progress });
    if (this.#output.isTerminal) this.#output.draw(boardLines([...this.#slides.values()], this.#output.rows));
    else this.#plain(id, { name, progress });
  }

  /** Takes the board away, so that what is said next stands below nothing. */
  clear(): void {
    this.#slides.clear();
    this.#output.draw([]);
  }

  #plain(id: string, line: SlideLine): void {
    if (line.progress.kind === 'settled') return;
    const step = stepOf(line.progress);
    const text = `${line.name}: ${describeProgress(line.progress)}`;
    const last = this.#lastPlain.get(id);
    const atMs = this.#nowMs();
    const waitMs = last?.text === text ? SAME_LINE_MS : PLAIN_LINE_MS;
    if (last?.step === step && atMs - last.atMs < waitMs) return;
    this.#lastPlain.set(id, { step, text, atMs });
    this.#output.note(text);
  }
}

/** Lines of one step differ in their numbers only. */
function stepOf(progress: SlideProgress): string {
  switch (progress.kind) {
    case 'preparing':
      return progress.doing;
    case 'uploading':
    case 'settled':
      return progress.kind;
    case 'following': {
      const { state } = progress.run;
      return state.kind === 'running' ? `${state.stage}/${String(state.paused)}` : state.kind;
    }
  }
}
