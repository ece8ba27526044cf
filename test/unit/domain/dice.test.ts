import { describe, expect, it } from 'vitest';
import { truthDice } from '../../../domain/dice.ts';

const line = (...values: number[]) => ({ widthPx: values.length, heightPx: 1, data: Uint8Array.from(values) });

describe('truthDice', () => {
  it('is twice the common part over the sum: 2 of 3 and 2 pixels', () => {
    expect(truthDice(line(1, 1, 1, 0), line(0, 1, 1, 0))).toBeCloseTo(4 / 5, 12);
  });

  it('is 1 for two empty masks and 0 for strangers', () => {
    expect(truthDice(line(0, 0), line(0, 0))).toBe(1);
    expect(truthDice(line(1, 0), line(0, 1))).toBe(0);
  });

  it('refuses masks of two planes', () => {
    expect(() => truthDice(line(1), line(1, 0))).toThrow(/1 x 1 px cannot be compared with one of 2 x 1/);
  });
});
