import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squaredDistances } from '../../fixtures/distance-transform.ts';
import type { BinaryImage } from '../../../domain/image.ts';
import { withinRadius } from '../../../domain/within-radius.ts';
import { dilateMask, erodeMask, smoothMask } from '../../../domain/smooth-mask.ts';

const blank = (widthPx: number, heightPx: number): BinaryImage => ({
  widthPx,
  heightPx,
  data: new Uint8Array(widthPx * heightPx),
});

const paint = (image: BinaryImage, isSet: (x: number, y: number) => boolean): BinaryImage => ({
  ...image,
  data: image.data.map((_, i) => (isSet(i % image.widthPx, Math.floor(i / image.widthPx)) ? 1 : 0)),
});

const count = ({ data }: BinaryImage): number => data.reduce((sum, value) => sum + value, 0);
const invert = (mask: BinaryImage): BinaryImage => ({ ...mask, data: mask.data.map((value) => 1 - value) });

const masks = fc
  .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 }))
  .chain(([widthPx, heightPx]) =>
    fc
      .array(fc.constantFrom(0, 0, 0, 1), { minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
      .map((values): BinaryImage => ({ widthPx, heightPx, data: Uint8Array.from(values) })),
  );

describe('squaredDistances', () => {
  it('equals the distances tried one by one, on pixels that are not square', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(1, 3.99, 4.1), (mask, heightUm) => {
        const expected = Array.from(mask.data, (_, i) => {
          let nearest = Infinity;
          mask.data.forEach((value, j) => {
            if (value !== 1) return;
            const across = ((i % mask.widthPx) - (j % mask.widthPx)) * 4;
            const down = (Math.floor(i / mask.widthPx) - Math.floor(j / mask.widthPx)) * heightUm;
            nearest = Math.min(nearest, across * across + down * down);
          });
          return Math.fround(nearest);
        });
        const found = squaredDistances(mask, 1, { x: 4, y: heightUm });
        found.forEach((value, i) => {
          const wanted = expected[i] ?? NaN;
          if (wanted === Infinity) expect(value).toBe(Infinity);
          else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(wanted * 1e-6);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('erode and dilate', () => {
  const pixelUm = { x: 4, y: 4 };

  it('grow a pixel to the disc of its radius: 13 pixels within 8 um at 4 um/px', () => {
    const mask = paint(blank(9, 9), (x, y) => x === 4 && y === 4);
    expect(count(dilateMask(mask, 8, pixelUm))).toBe(13);
  });

  it('leave a full mask full: beyond the border nothing erodes', () => {
    const full = paint(blank(7, 5), () => true);
    expect(count(erodeMask(full, 50, pixelUm))).toBe(35);
  });

  it('are each the other of the inverted mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expect(erodeMask(mask, 9, pixelUm).data).toEqual(invert(dilateMask(invert(mask), 9, pixelUm)).data);
      }),
      { numRuns: 100 },
    );
  });
});

describe('withinRadius', () => {
  it('holds exactly the pixels whose distance is no more than the radius', () => {
    const radii = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(masks, radii, fc.constantFrom(1, 3.99, 4.1), fc.constantFrom<0 | 1>(0, 1), (mask, radius, y, to) => {
        const pixelUm = { x: 4, y };
        const distances = squaredDistances(mask, to, pixelUm);
        // A radius that is just a distance may fall either way with the rounding of the last bit.
        fc.pre(distances.every((squared) => Math.abs(squared - radius ** 2) > 1e-3));
        const expected = Uint8Array.from(distances, (squared) => (squared < radius ** 2 ? 1 : 0));
        expect(withinRadius(mask, to, radius, pixelUm)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('counts a pixel that lies just at the radius', () => {
    const line = paint(blank(9, 1), (x) => x === 0);
    expect([...withinRadius(line, 1, 12, { x: 4, y: 4 })]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });
});

describe('smoothMask', () => {
  const pixelUm = { x: 4, y: 4 };
  const plane = blank(150, 150);
  const big = paint(plane, (x, y) => (x - 75) ** 2 + (y - 75) ** 2 <= 50 ** 2);

  it('drops specks under 100 um and fills holes under 100 um', () => {
    const specks = paint(plane, (x, y) => x > 5 && x < 20 && y > 5 && y < 20);
    expect(count(smoothMask(specks, pixelUm))).toBe(0);
    const holed = paint(
      plane,
      (x, y) => (x - 75) ** 2 + (y - 75) ** 2 <= 50 ** 2 && (x - 75) ** 2 + (y - 75) ** 2 > 64,
    );
    const smooth = smoothMask(holed, pixelUm);
    expect(smooth.data[75 * 150 + 75]).toBe(1);
  });

  it('leaves a wide disc and a straight edge where they are', () => {
    expect(Math.abs(count(smoothMask(big, pixelUm)) - count(big))).toBeLessThan(count(big) * 0.01);
    const half = paint(plane, (x) => x < 71);
    expect(smoothMask(half, pixelUm).data).toEqual(half.data);
  });

  it('changes nothing the second time on a smooth shape', () => {
    const once = smoothMask(big, pixelUm);
    expect(smoothMask(once, pixelUm).data).toEqual(once.data);
  });

  it('keeps an empty mask empty', () => {
    expect(count(smoothMask(plane, pixelUm))).toBe(0);
  });
});
