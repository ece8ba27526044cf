import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { nearestPixels } from '../../../domain/evaluation/plane-mask.ts';
import type { Size } from '../../../domain/geometry.ts';
import type { BinaryImage } from '../../../domain/image.ts';
import { encodeMaskTiff } from '../../../results/encode-mask-tiff.ts';
import { openMask } from '../../../slides/open-mask.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { writeTestTiff, type TestPage } from '../../fixtures/write-test-tiff.ts';

async function rowsOn(tiff: Uint8Array, plane?: Size): Promise<string[]> {
  const file = await openMask(memorySource(tiff));
  try {
    const rows: string[] = [];
    for await (const row of file.onPlane(plane ?? file.info).rows()) rows.push(row.join(''));
    return rows;
  } finally {
    await file.close();
  }
}

/** By the definition: the pixel under each centre. */
function sample({ widthPx, heightPx, data }: BinaryImage, plane: Size): string[] {
  const columns = [...nearestPixels(widthPx, plane.widthPx)];
  return [...nearestPixels(heightPx, plane.heightPx)].map((y) => columns.map((x) => data[y * widthPx + x]).join(''));
}

const GREY = { samples: 1, photometric: 1, compression: 8 };
const page = (more: Partial<TestPage> & Pick<TestPage, 'tiles'>): TestPage => ({
  widthPx: 32,
  heightPx: 16,
  tile: { widthPx: 16, heightPx: 16 },
  ...GREY,
  ...more,
});
const tile = (value: number, first = value): Uint8Array => {
  const samples = new Uint8Array(256).fill(value);
  samples[0] = first;
  return deflateSync(samples);
};

describe('openMask', () => {
  it('samples any mask at the centres of any plane, whatever its tiles', async () => {
    const side = fc.integer({ min: 1, max: 600 });
    const sides = fc.tuple(
      side,
      side,
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 900 }),
      fc.integer(),
    );
    await fc.assert(
      fc.asyncProperty(sides, async ([widthPx, heightPx, planeWidth, planeHeight, seed]) => {
        const data = Uint8Array.from(
          { length: widthPx * heightPx },
          (_, i) => (Math.imul(i + seed, 2654435761) >>> 17) & 1,
        );
        const mask = { widthPx, heightPx, data };
        const plane = { widthPx: planeWidth, heightPx: planeHeight };
        const tiff = await encodeMaskTiff({ mask, slideSize: mask, mpp: 0.5 });
        expect(await rowsOn(tiff, plane)).toEqual(sample(mask, plane));
      }),
      { numRuns: 12 },
    );
  });

  it.each(['none', 'lzw', 'deflate', 'packbits'] as const)(
    'reads strips of 0 and 255 packed with %s',
    async (compression) => {
      const data = Uint8Array.from({ length: 70 * 50 }, (_, i) => ((i * 7) % 11 < 4 ? 255 : 0));
      const picture = sharp(data, { raw: { width: 70, height: 50, channels: 1 } }).toColourspace('b-w');
      const tiff = await picture.tiff({ compression, predictor: 'horizontal' }).toBuffer();
      const mask = { widthPx: 70, heightPx: 50, data: data.map((value) => value / 255) };
      expect(await rowsOn(tiff)).toEqual(sample(mask, mask));
    },
  );

  it('takes a tile that the file leaves out for one without tumour', async () => {
    const rows = await rowsOn(writeTestTiff([page({ tiles: [tile(1), new Uint8Array(0)] })]));
    expect(rows).toEqual(Array.from({ length: 16 }, () => '1'.repeat(16) + '0'.repeat(16)));
  });

  it.each([
    ['other values', page({ tiles: [tile(0), tile(3)] }), /has the value 3/],
    ['1 and 255 together', page({ tiles: [tile(0, 1), tile(255)] }), /has the values 1 and 255/],
    ['white as zero', page({ photometric: 0, tiles: [tile(0), tile(0)] }), /white as zero/],
    ['colours', page({ samples: 3, photometric: 2, tiles: [tile(0), tile(0)] }), /has 3 channels/],
    ['a damaged tile', page({ tiles: [tile(0), Uint8Array.of(1, 2, 3)] }), /tile 1 \(at 16, 0\) cannot be read/],
    [
      'a short tile',
      page({ tiles: [tile(0), deflateSync(new Uint8Array(9))] }),
      /decodes to 9 bytes where 16 x 16 pixels take 256/,
    ],
    [
      'half a byte a pixel',
      page({ tags: { 258: { type: 'short', values: [1] } }, tiles: [tile(0), tile(0)] }),
      /1 bits a sample/,
    ],
  ])('refuses %s', async (_, written, message) => {
    const reading = rowsOn(writeTestTiff([written]));
    await expect(reading).rejects.toMatchObject({
      code: 'annotation-invalid',
      message: expect.stringMatching(message),
    });
    await expect(reading).rejects.toMatchObject({ hint: expect.stringContaining('0 and 1 or 0 and 255') });
  });

  it('refuses JPEG, which blurs edges', async () => {
    const tiff = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#000' } })
      .tiff({ compression: 'jpeg', tile: true })
      .toBuffer();
    await expect(rowsOn(tiff)).rejects.toThrow(/packed with JPEG/);
  });

  it('ends when it is asked to', async () => {
    const file = await openMask(memorySource(writeTestTiff([page({ tiles: [tile(0), tile(0)] })])));
    const stop = new AbortController();
    const rows = file.onPlane(file.info).rows(stop.signal);
    await rows.next();
    stop.abort(new Error('enough'));
    await expect(rows.next()).rejects.toThrow('enough');
  });
});
