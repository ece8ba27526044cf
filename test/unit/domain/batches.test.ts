import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_SIDE, cutIntoBatches } from '../../../domain/batches.ts';
import type { Cell } from '../../../domain/geometry.ts';

const rectangle = (columns: number, rows: number): Cell[] =>
  Array.from({ length: columns * rows }, (_, i) => ({ column: i % columns, row: Math.floor(i / columns) }));
const keyOf = ({ column, row }: Cell): string => `${column},${row}`;

describe('cutIntoBatches', () => {
  it('puts every cell into exactly one compact batch', () => {
    const cells = fc.uniqueArray(
      fc.record({ column: fc.integer({ min: 0, max: 300 }), row: fc.integer({ min: 0, max: 300 }) }),
      { selector: keyOf, maxLength: 200 },
    );
    fc.assert(
      fc.property(cells, (all) => {
        const batches = cutIntoBatches(all);
        expect(batches.flat().map(keyOf).sort()).toEqual(all.map(keyOf).sort());
        for (const batch of batches)
          for (const axis of ['column', 'row'] as const)
            expect(new Set(batch.map((cell) => Math.floor(cell[axis] / BATCH_SIDE))).size).toBe(1);
      }),
    );
  });

  it('covers the slide evenly with any prefix: a sixteenth of the batches has one in every quarter of a quarter', () => {
    const blocks = 32;
    const batches = cutIntoBatches(rectangle(blocks * BATCH_SIDE, blocks * BATCH_SIDE));
    const prefix = batches.slice(0, batches.length / 64);
    const region = ({ column, row }: Cell): string => keyOf({ column: column >> 5, row: row >> 5 });
    expect(new Set(prefix.map(([cell]) => region(cell ?? { column: 0, row: 0 }))).size).toBe(16);
  });

  it('ends with small batches, so that no worker is left with a large one while the others have nothing', () => {
    const sizes = cutIntoBatches(rectangle(6 * BATCH_SIDE + 1, 8 * BATCH_SIDE + 1)).map((batch) => batch.length);
    const tail = sizes.slice(-15);
    expect(tail).toEqual(tail.toSorted((a, b) => b - a));
    expect(tail[0]).toBe(BATCH_SIDE ** 2);
    expect(tail.at(-1)).toBeLessThanOrEqual(BATCH_SIDE);
  });

  it('does not depend on the order in which the cells come', () => {
    const cells = rectangle(9, 7);
    const keys = (batches: Cell[][]): string[] => batches.map((batch) => batch.map(keyOf).sort().join(' '));
    expect(keys(cutIntoBatches(cells.toReversed()))).toEqual(keys(cutIntoBatches(cells)));
  });
});
