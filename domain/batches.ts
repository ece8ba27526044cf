import type { Cell } from './geometry.ts';

/** Side of a batch in cells: neighbours share compressed tiles (design, section 3). */
export const BATCH_SIDE = 4;

const BITS = 16;

/**
 * Cuts cells into compact blocks and orders the blocks so that any prefix of them covers the slide evenly, but for the last few.
 * Cells keep their order within a block, row by row.
 */
export function cutIntoBatches(cells: readonly Cell[], side: number = BATCH_SIDE): Cell[][] {
  const blocks = new Map<number, Cell[]>();
  for (const cell of cells) {
    const key = spreadEvenly(Math.floor(cell.column / side), Math.floor(cell.row / side));
    const block = blocks.get(key);
    if (block) block.push(cell);
    else blocks.set(key, [cell]);
  }
  return largeOnesFirst([...blocks].sort(([a], [b]) => a - b).map(([, block]) => block));
}

/** Enough for every thread of a machine to find something small at the end. */
const TAIL = 16;

/**
 * The last few batches go from the largest to the smallest, so that workers come to their ends together: one that takes the last batch, a
 * whole block, lets all others wait for it. They only fill gaps of an evenly covered slide, so their order is free.
 */
function largeOnesFirst(batches: readonly Cell[][]): Cell[][] {
  const first = batches.length - Math.min(TAIL, Math.floor(batches.length / 4));
  return [...batches.slice(0, first), ...batches.slice(first).toSorted((a, b) => b.length - a.length)];
}

/**
 * The Morton code of a block read backwards: its lowest bits come first, so blocks far apart follow each other and each
 * doubling of the prefix halves the distance between them (a two-dimensional van der Corput sequence).
 */
function spreadEvenly(blockColumn: number, blockRow: number): number {
  let code = 0;
  for (let bit = 0; bit < BITS; bit++) code = code * 4 + ((blockRow >> bit) & 1) * 2 + ((blockColumn >> bit) & 1);
  return code;
}
