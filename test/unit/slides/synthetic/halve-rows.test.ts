import { describe, expect, it } from 'vitest';
import { halveRows } from '../../../../slides/synthetic/halve-rows.ts';

describe('halveRows', () => {
  it('takes the mean of 2x2, rounded half up, and leaves the odd column and row out', () => {
    const rows = Uint8Array.from(
      [
        [0, 10, 255, 1, 10, 255, 9, 9, 9],
        [0, 10, 255, 1, 12, 255, 9, 9, 9],
        [7, 7, 7, 7, 7, 7, 7, 7, 7],
      ].flat(),
    );
    // 2/4 = 0.5 -> 1, 42/4 = 10.5 -> 11
    expect([...halveRows(rows, 3, 3)]).toEqual([1, 11, 255]);
  });
});
