import fc from 'fast-check';
import { expect, it } from 'vitest';
import { squaredDistances } from '../../fixtures/distance-transform.ts';
import { edgeDistances } from '../../../domain/edge-distances.ts';
import type { BinaryImage } from '../../../domain/image.ts';

const side = fc.integer({ min: 1, max: 16 });
const masks = fc
  .record({ widthPx: side, heightPx: side })
  .chain(({ widthPx, heightPx }) =>
    fc
      .array(fc.constantFrom(0, 0, 0, 1), { minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
      .map((bits): BinaryImage => ({ widthPx, heightPx, data: Uint8Array.from(bits) })),
  );

it('gives the distances of the exact transform, as far as it reaches', () => {
  fc.assert(
    fc.property(masks, fc.constantFrom(1, 1.5, 3.7, 5), (mask, reachPx) => {
      const to = ([0, 1] as const).map((kind) => squaredDistances(mask, kind, { x: 1, y: 1 }));
      const expected = Float32Array.from(mask.data, (kind, i) => {
        const distance = Math.sqrt(to[1 - kind]?.[i] ?? Infinity);
        return distance <= reachPx ? distance : Infinity;
      });
      expect(edgeDistances(mask, reachPx)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
