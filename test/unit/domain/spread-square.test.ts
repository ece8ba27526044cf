import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BinaryImage } from '../../../domain/image.ts';
import { closeSquare, spreadSquare } from '../../../domain/spread-square.ts';

/** Wide enough for several words of 32 pixels and what is left over of one. */
const images = fc
  .record({
    widthPx: fc.integer({ min: 1, max: 140 }),
    heightPx: fc.integer({ min: 1, max: 12 }),
    share: fc.constantFrom(0, 0.01, 0.1, 0.9, 0.99, 1),
  })
  .chain(({ widthPx, heightPx, share }) =>
    fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: widthPx * heightPx,
        maxLength: widthPx * heightPx,
      })
      .map((all): BinaryImage => ({ widthPx, heightPx, data: Uint8Array.from(all, (one) => (one < share ? 1 : 0)) })),
  );

const byDefinition = ({ widthPx, heightPx, data }: BinaryImage, radius: number, value: 0 | 1): Uint8Array =>
  data.map((_, at) => {
    const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
    for (let row = Math.max(0, y - radius); row <= Math.min(heightPx - 1, y + radius); row++)
      for (let column = Math.max(0, x - radius); column <= Math.min(widthPx - 1, x + radius); column++)
        if (data[row * widthPx + column] === value) return value;
    return 1 - value;
  });

it('is a square of any size, in rows of any length', () => {
  fc.assert(
    fc.property(images, fc.integer({ min: 0, max: 70 }), fc.constantFrom<0 | 1>(0, 1), (image, radius, value) => {
      const before = image.data.slice();
      expect(spreadSquare(image, radius, value)).toEqual({ ...image, data: byDefinition(image, radius, value) });
      expect(image.data).toEqual(before);
    }),
    { numRuns: 150 },
  );
});

it('reads a mask that lies anywhere in a larger buffer', () => {
  const data = new Uint8Array(3 + 40 * 2).subarray(3);
  data[38] = 1;
  const { data: wide } = spreadSquare({ widthPx: 40, heightPx: 2, data }, 1, 1);
  expect([...wide.keys()].filter((i) => wide[i] === 1)).toEqual([37, 38, 39, 77, 78, 79]);
});

it('closes as it dilates and then erodes', () => {
  fc.assert(
    fc.property(images, fc.integer({ min: 0, max: 70 }), (image, radius) => {
      const before = image.data.slice();
      const dilated = { ...image, data: byDefinition(image, radius, 1) };
      expect(closeSquare(image, radius)).toEqual({ ...image, data: byDefinition(dilated, radius, 0) });
      expect(image.data).toEqual(before);
    }),
    { numRuns: 150 },
  );
});
