import { describe, expect, it } from 'vitest';
import { countSet, hasOnlyBits } from '../../../domain/count-set.ts';

/** Every third pixel, in a picture that begins `offset` bytes into its memory. */
const everyThird = (length: number, offset: number): Uint8Array =>
  new Uint8Array(new ArrayBuffer(length + offset), offset).map((_, i) => (i % 3 === 0 ? 1 : 0));

describe('countSet', () => {
  it.each([0, 1, 3, 4, 1_019, 1_020, 1_021, 100_003])(
    'counts those of %i pixels, wherever they lie in memory',
    (length) => {
      for (const offset of [0, 1, 2, 3, 4])
        expect(countSet({ data: everyThird(length, offset) })).toBe(Math.ceil(length / 3));
    },
  );

  it('does not overflow where all are set', () => {
    expect(countSet({ data: new Uint8Array(1_000_000).fill(1) })).toBe(1_000_000);
  });
});

describe('hasOnlyBits', () => {
  it.each([0, 1, 500, 1_001])('finds a 2 at place %i', (place) => {
    const data = new Uint8Array(1_002).fill(1);
    expect(hasOnlyBits(data)).toBe(true);
    data[place] = 2;
    expect(hasOnlyBits(data)).toBe(false);
  });
});
