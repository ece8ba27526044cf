import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryImage } from '../../../domain/image.ts';
import { close, dilate, disk, erode, square } from '../../../domain/morphology.ts';

const images = fc
  .record({ widthPx: fc.integer({ min: 1, max: 14 }), heightPx: fc.integer({ min: 1, max: 14 }) })
  .chain(({ widthPx, heightPx }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
      .map((bits): BinaryImage => ({ widthPx, heightPx, data: Uint8Array.from(bits) })),
  );

/** By the definition, pixel by pixel; beyond the border neither value is seen. */
function byDefinition(image: BinaryImage, near: (dx: number, dy: number) => boolean, value: 0 | 1): Uint8Array {
  return image.data.map((_, at) => {
    const [x, y] = [at % image.widthPx, Math.floor(at / image.widthPx)];
    const found = image.data.some(
      (bit, i) => bit === value && near(Math.abs((i % image.widthPx) - x), Math.abs(Math.floor(i / image.widthPx) - y)),
    );
    return found ? value : 1 - value;
  });
}

describe('morphology', () => {
  it('dilates and erodes as defined, by squares and disks', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 5 }), (image, radius) => {
        const inSquare = (dx: number, dy: number): boolean => dx <= radius && dy <= radius;
        const inDisk = (dx: number, dy: number): boolean => dx * dx + dy * dy <= radius * radius;
        expect(dilate(image, square(radius)).data).toEqual(byDefinition(image, inSquare, 1));
        expect(erode(image, square(radius)).data).toEqual(byDefinition(image, inSquare, 0));
        expect(dilate(image, disk(radius)).data).toEqual(byDefinition(image, inDisk, 1));
        expect(erode(image, disk(radius)).data).toEqual(byDefinition(image, inDisk, 0));
      }),
      { numRuns: 60 },
    );
  });

  it('closing only adds, and closing twice adds nothing', () => {
    fc.assert(
      fc.property(images, (image) => {
        const once = close(image, square(4));
        expect(image.data.every((bit, i) => bit <= (once.data[i] ?? 0))).toBe(true);
        expect(close(once, square(4)).data).toEqual(once.data);
      }),
    );
  });

  it('closes a gap of eight pixels with a 9x9 square, not one of nine', () => {
    const row = (gap: number): BinaryImage => ({
      widthPx: gap + 2,
      heightPx: 1,
      data: Uint8Array.from([1, ...Array.from({ length: gap }, () => 0), 1]),
    });
    expect(close(row(8), square(4)).data.every((bit) => bit === 1)).toBe(true);
    expect(close(row(9), square(4)).data.filter((bit) => bit === 1)).toHaveLength(2);
  });

  it("has scikit-image's disks", () => {
    expect(disk(3)).toEqual([0, 2, 2, 3, 2, 2, 0]);
  });
});
