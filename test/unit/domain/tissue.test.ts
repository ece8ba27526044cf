import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../domain/image.ts';
import { otsuThreshold } from '../../../domain/otsu.ts';
import { countSet } from '../../../domain/count-set.ts';
import { areaMm2, findTissue, tissueShares } from '../../../domain/tissue.ts';

function imageOf(widthPx: number, heightPx: number, colourAt: (x: number, y: number) => readonly number[]): RgbImage {
  const data = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colourAt(pixel % widthPx, Math.floor(pixel / widthPx))[i % 3] ?? 0;
  });
  return { widthPx, heightPx, data };
}
const single = (colour: readonly number[], method: 'distance' | 'otsu' = 'distance'): number =>
  countSet(
    findTissue(
      imageOf(1, 1, () => colour),
      method,
    ),
  );

describe('findTissue by distance from white', () => {
  it('cuts just over 85', () => {
    expect(single([170, 255, 255])).toBe(0);
    expect(single([169, 255, 255])).toBe(1);
    expect(single([255 - 60, 255 - 60, 255 - 6])).toBe(1);
    expect(single([255 - 60, 255 - 60, 255 - 5])).toBe(0);
  });

  it('takes pure black for unscanned, nearly black for tissue', () => {
    expect(single([0, 0, 0])).toBe(0);
    expect(single([1, 0, 0])).toBe(1);
  });

  it('closes gaps of up to eight pixels', () => {
    const stripes = imageOf(24, 20, (x) => (x === 6 || x === 15 ? [200, 100, 150] : [255, 255, 255]));
    expect(countSet(findTissue(stripes, 'distance'))).toBe(10 * 20);
  });
});

describe('findTissue by Otsu', () => {
  it('parts saturated tissue from grey glass, whatever its brightness', () => {
    const half = imageOf(40, 40, (x) => (x < 20 ? [220, 120, 170] : [230, 228, 229]));
    expect(countSet(findTissue(half, 'otsu'))).toBe(20 * 40);
  });

  it('finds nothing on a picture of one colour', () => {
    expect(single([200, 100, 100], 'otsu')).toBe(0);
  });

  it('has the threshold of the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 60 }), (values) => {
        const histogram = new Uint32Array(10);
        for (const value of values) histogram[value] = (histogram[value] ?? 0) + 1;
        const threshold = otsuThreshold(histogram);
        const mean = (of: number[]): number => of.reduce((a, b) => a + b, 0) / of.length;
        const between = (t: number): number => {
          const [low, high] = [values.filter((v) => v <= t), values.filter((v) => v > t)];
          return low.length === 0 || high.length === 0 ? 0 : low.length * high.length * (mean(low) - mean(high)) ** 2;
        };
        const best = Math.max(...Array.from({ length: 10 }, (_, t) => between(t)));
        expect(between(threshold)).toBeCloseTo(best, 8);
      }),
    );
  });
});

describe('tissueShares', () => {
  it('divides by the true area of a cell, so that a rounded window can be a hair over 1', () => {
    const tissue = { widthPx: 64, heightPx: 64, data: new Uint8Array(64 * 64).fill(1) };
    const shares = tissueShares(tissue, { columns: 2, rows: 2 }, (513 * 0.499) / 8);
    expect([...shares].map((share) => share.toFixed(6))).toEqual(['1.000102', '1.000102', '1.000102', '1.000102']);
  });

  it('counts what lies outside the slide as glass', () => {
    const tissue = { widthPx: 40, heightPx: 16, data: new Uint8Array(40 * 16).fill(1) };
    expect([...tissueShares(tissue, { columns: 2, rows: 1 }, 32)]).toEqual([0.5, 0.125]);
  });

  it('shares every pixel out to exactly one cell', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        fc.double({ min: 3, max: 40, noNaN: true }),
        (widthPx, heightPx, cellMaskPx) => {
          const tissue = { widthPx, heightPx, data: new Uint8Array(widthPx * heightPx).fill(1) };
          const grid = { columns: Math.ceil(widthPx / cellMaskPx) + 1, rows: Math.ceil(heightPx / cellMaskPx) + 1 };
          const total = tissueShares(tissue, grid, cellMaskPx).reduce((sum, share) => sum + share * cellMaskPx ** 2, 0);
          expect(total).toBeCloseTo(widthPx * heightPx, 6);
        },
      ),
    );
  });
});

it('areas are pixels times the plane’s um/px squared', () => {
  const image = { widthPx: 2, heightPx: 2, data: Uint8Array.from([1, 1, 0, 1]) };
  expect(areaMm2(image, 1000)).toBe(3);
});
