import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBilinear } from '../../../domain/bilinear.ts';
import { cutBilinear } from '../../../domain/cut-bilinear.ts';
import type { FloatImage } from '../../../domain/image.ts';
import { cut } from '../../../domain/mask.ts';

const side = fc.integer({ min: 1, max: 9 });
/** Values that meet the threshold, stand beside it or lie anywhere. */
const value = fc.oneof(
  fc.constantFrom(0, 0.3, 0.5, 0.7, 1, Math.fround(0.3), 0.50000006),
  fc.float({ min: 0, max: 1, noNaN: true }),
);
const pictures = fc
  .record({ widthPx: side, heightPx: side })
  .chain(({ widthPx, heightPx }) =>
    fc
      .array(value, { minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
      .map((data): FloatImage => ({ widthPx, heightPx, data: Float32Array.from(data) })),
  );
const sizes = fc.record({ widthPx: fc.integer({ min: 1, max: 40 }), heightPx: fc.integer({ min: 1, max: 40 }) });

describe('cutBilinear', () => {
  it('sets what is over the threshold of every interpolated value, to the bit', () => {
    fc.assert(
      fc.property(pictures, sizes, fc.constantFrom(0.3, 0.5, 0.7), (source, size, threshold) => {
        const step = { x: source.widthPx / size.widthPx, y: source.heightPx / size.heightPx };
        const expected = cut(sampleBilinear(source, size, step), threshold);
        expect(cutBilinear(source, { size, step, threshold })).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
