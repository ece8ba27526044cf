import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluationPlane, imageOnPlane, nearestPixels } from '../../../../domain/evaluation/plane-mask.ts';

it('takes the pixel under each centre', () => {
  expect([...nearestPixels(2, 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect([...nearestPixels(8, 2)]).toEqual([2, 6]);
  expect([...nearestPixels(3, 3)]).toEqual([0, 1, 2]);
  expect([...nearestPixels(2, 3)]).toEqual([0, 1, 1]);
});

it('stays within the mask and never goes back', () => {
  const side = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(side, side, (stored, plane) => {
      const places = nearestPixels(stored, plane);
      expect(places).toHaveLength(plane);
      places.forEach((place, i) => {
        const centre = ((i + 0.5) * stored) / plane;
        if (place > centre + 1e-6 || place + 1 < centre - 1e-6 || place >= stored)
          throw new Error(`${i} shows ${place}`);
        if (place < (places[i - 1] ?? 0)) throw new Error(`${i} goes back`);
      });
    }),
    { numRuns: 50 },
  );
});

it('is the slide at 1 um/px', () => {
  expect(evaluationPlane({ widthPx: 100_000, heightPx: 80_000 }, 0.25)).toEqual({ widthPx: 25_000, heightPx: 20_000 });
  expect(evaluationPlane({ widthPx: 1, heightPx: 3 }, 0.25)).toEqual({ widthPx: 1, heightPx: 1 });
});

it('stretches an image over the plane', async () => {
  const image = { widthPx: 2, heightPx: 1, data: Uint8Array.of(0, 1) };
  const rows: number[][] = [];
  for await (const row of imageOnPlane(image, { widthPx: 4, heightPx: 2 }).rows()) rows.push([...row]);
  expect(rows).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ]);
});
