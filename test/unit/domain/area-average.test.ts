import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaAverage } from '../../../domain/area-average.ts';
import type { Rect, Size } from '../../../domain/geometry.ts';
import type { RgbImage } from '../../../domain/image.ts';
import { createPlaneAccumulator } from '../../../domain/plane-accumulator.ts';
import { cropImage } from '../../fixtures/test-pictures.ts';

const gray = (rows: readonly (readonly number[])[]): RgbImage => ({
  widthPx: rows[0]?.length ?? 0,
  heightPx: rows.length,
  data: Uint8Array.from(rows.flat().flatMap((value) => [value, value, value])),
});

const reds = ({ data }: RgbImage): number[] => [...data].filter((_, i) => i % 3 === 0);

const whole = ({ widthPx, heightPx }: Size): Rect => ({ x: 0, y: 0, widthPx, heightPx });

/** The definition itself in fractions of whole numbers: slow, exact and written without regard to the code under test. */
function exactAverage(image: RgbImage, rect: Rect, size: Size): number[] {
  const overlap = (out: number, source: number, { from, to }: { from: number; to: number }): bigint => {
    const low = Math.max(out * from, source * to);
    const high = Math.min((out + 1) * from, (source + 1) * to);
    return BigInt(Math.max(0, high - low));
  };
  const values: number[] = [];
  for (let y = 0; y < size.heightPx; y += 1) {
    for (let x = 0; x < size.widthPx; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0n;
        for (let row = 0; row < rect.heightPx; row += 1) {
          for (let column = 0; column < rect.widthPx; column += 1) {
            const at = ((rect.y + row) * image.widthPx + rect.x + column) * 3 + channel;
            const weight =
              overlap(x, column, { from: rect.widthPx, to: size.widthPx }) *
              overlap(y, row, { from: rect.heightPx, to: size.heightPx });
            sum += weight * BigInt(image.data[at] ?? 0);
          }
        }
        const total = BigInt(rect.widthPx) * BigInt(rect.heightPx);
        values.push(Number((2n * sum + total) / (2n * total)));
      }
    }
  }
  return values;
}

const side = fc.integer({ min: 1, max: 13 });
const anyCase = fc
  .record({ widthPx: side, heightPx: side, outWidthPx: side, outHeightPx: side, seed: fc.integer() })
  .map(({ widthPx, heightPx, outWidthPx, outHeightPx, seed }) => ({
    image: {
      widthPx: widthPx + 2,
      heightPx: heightPx + 1,
      // Few values, so that ties at one half come up often.
      data: Uint8Array.from(
        { length: (widthPx + 2) * (heightPx + 1) * 3 },
        (_, i) => [0, 1, 2, 255][Math.abs((i * 7919) ^ seed) % 4] ?? 0,
      ),
    },
    rect: { x: 1, y: 1, widthPx, heightPx },
    size: { widthPx: outWidthPx, heightPx: outHeightPx },
  }));

describe('areaAverage', () => {
  it('halves by the mean of 2x2, rounded half up', () => {
    const image = gray([
      [0, 1, 10, 20],
      [0, 1, 30, 40],
      [1, 1, 255, 255],
      [0, 1, 255, 254],
    ]);
    // 2/4 = 0.5 up to 1; 100/4 = 25; 3/4 = 0.75 up to 1; 1019/4 = 254.75 up to 255
    expect(reds(areaAverage(image, whole(image), { widthPx: 2, heightPx: 2 }))).toEqual([1, 25, 1, 255]);
  });

  it('counts parts of pixels as parts', () => {
    const image = gray([[0, 90, 240]]);
    // Output 0 covers source 0 to 1.5: (0 + 90/2) / 1.5 = 30; output 1 covers 1.5 to 3: (90/2 + 240) / 1.5 = 190.
    expect(reds(areaAverage(image, whole(image), { widthPx: 2, heightPx: 1 }))).toEqual([30, 190]);
  });

  it('stretches: an output pixel within one source pixel has its value', () => {
    const image = gray([[10, 20]]);
    // Output 1 of 3 covers source 2/3 to 4/3, half of each.
    expect(reds(areaAverage(image, whole(image), { widthPx: 3, heightPx: 2 }))).toEqual([10, 15, 20, 10, 15, 20]);
  });

  it('keeps the channels apart', () => {
    const image = { widthPx: 2, heightPx: 1, data: Uint8Array.from([10, 20, 30, 20, 40, 60]) };
    expect([...areaAverage(image, whole(image), { widthPx: 1, heightPx: 1 }).data]).toEqual([15, 30, 45]);
  });

  it('is the definition, whatever the ratio', () => {
    fc.assert(
      fc.property(anyCase, ({ image, rect, size }) => {
        expect([...areaAverage(image, rect, size).data]).toEqual(exactAverage(image, rect, size));
      }),
      { numRuns: 300 },
    );
  });

  it('halves the same wherever the pixels lie in memory', () => {
    const places = fc.record({
      x: fc.nat(9),
      fours: fc.integer({ min: 1, max: 4 }),
      offset: fc.nat(8),
      extra: fc.nat(4),
    });
    fc.assert(
      fc.property(places, fc.nat(255), ({ x, fours, offset, extra }, seed) => {
        const size = { widthPx: fours * 4, heightPx: 6 };
        const [widthPx, heightPx] = [x + size.widthPx + extra, 7];
        const memory = Uint8Array.from({ length: offset + widthPx * heightPx * 3 }, (_, i) => (i * 211 + seed) % 256);
        const image = { widthPx, heightPx, data: memory.subarray(offset) };
        const half = { widthPx: size.widthPx / 2, heightPx: size.heightPx / 2 };
        const rect = { x, y: 1, ...size };
        expect([...areaAverage(image, rect, half).data]).toEqual(exactAverage(image, rect, half));
      }),
      { numRuns: 300 },
    );
  });

  it.each([512, 513, 500, 1024])('is the definition for a cell of %i px', (cellPx) => {
    const image = gray(
      Array.from({ length: cellPx }, (_, y) => Array.from({ length: cellPx }, (_, x) => (x * y + 3 * x) % 256)),
    );
    const shrunk = reds(areaAverage(image, whole(image), { widthPx: 256, heightPx: 256 }));
    for (const at of [0, 255, 256 * 128 + 77, 256 * 256 - 1]) {
      const x = at % 256;
      const y = Math.floor(at / 256);
      const [from, to] = [Math.floor((x * cellPx) / 256), Math.ceil(((x + 1) * cellPx) / 256)];
      const [top, bottom] = [Math.floor((y * cellPx) / 256), Math.ceil(((y + 1) * cellPx) / 256)];
      const ratio = cellPx / 256;
      let mean = 0;
      for (let row = top; row < bottom; row += 1) {
        for (let column = from; column < to; column += 1) {
          const across = Math.min(column + 1, (x + 1) * ratio) - Math.max(column, x * ratio);
          const down = Math.min(row + 1, (y + 1) * ratio) - Math.max(row, y * ratio);
          mean += (((column * row + 3 * column) % 256) * across * down) / ratio ** 2;
        }
      }
      expect(Math.abs((shrunk[at] ?? 0) - mean)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  });

  it('writes into a given buffer and nowhere else', () => {
    const image = gray([[4, 8]]);
    const into = new Uint8Array(8).fill(99);
    areaAverage(image, whole(image), { widthPx: 1, heightPx: 1 }, into);
    expect([...into]).toEqual([6, 6, 6, 99, 99, 99, 99, 99]);
  });

  it.each([
    { x: -1, y: 0, widthPx: 1, heightPx: 1 },
    { x: 0, y: 1, widthPx: 2, heightPx: 2 },
    { x: 0, y: 0, widthPx: 0, heightPx: 1 },
  ])('refuses a rectangle outside the image', (rect) => {
    const image = gray([
      [1, 2],
      [3, 4],
    ]);
    expect(() => areaAverage(image, rect, { widthPx: 1, heightPx: 1 })).toThrow(/outside 2 x 2/);
  });

  it('refuses a buffer that is too small', () => {
    const image = gray([[1, 2]]);
    expect(() => areaAverage(image, whole(image), { widthPx: 1, heightPx: 1 }, new Uint8Array(2))).toThrow(/too few/);
  });
});

describe('createPlaneAccumulator', () => {
  it('gives the same pixels from blocks of any size in any order', () => {
    fc.assert(
      fc.property(anyCase, side, side, fc.boolean(), ({ image, size }, blockWidthPx, blockHeightPx, backwards) => {
        const places = [];
        for (let y = 0; y < image.heightPx; y += blockHeightPx) {
          for (let x = 0; x < image.widthPx; x += blockWidthPx) places.push({ x, y });
        }
        const plane = createPlaneAccumulator(image, size);
        for (const place of backwards ? places.toReversed() : places) {
          plane.add(cropImage(image, { ...place, widthPx: blockWidthPx, heightPx: blockHeightPx }), place);
        }
        expect(plane.finish()).toEqual(areaAverage(image, whole(image), size));
      }),
      { numRuns: 200 },
    );
  });

  it('never gives a plane with a hole', () => {
    const image = gray([
      [1, 2],
      [3, 4],
    ]);
    const plane = createPlaneAccumulator(image, { widthPx: 1, heightPx: 2 });
    plane.add(image, { x: 0, y: 1 });
    expect(() => plane.finish()).toThrow('1 of 2 rows of the plane are incomplete');
  });
});
