import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import type { BinaryImage } from '../../../domain/image.ts';
import { decodeMaskTiff } from '../../../results/decode-mask-tiff.ts';
import { encodeMaskTiff } from '../../../results/encode-mask-tiff.ts';
import { readTiffTags } from './tiff-tags.ts';

const BIG_TIFF = 43;

/** A disc and some dust. */
const maskOf = (widthPx: number, heightPx: number): BinaryImage => ({
  widthPx,
  heightPx,
  data: Uint8Array.from({ length: widthPx * heightPx }, (_, i) => {
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    return Math.hypot(x - widthPx / 2, y - heightPx / 3) < heightPx / 5 || (x * 7 + y * 13) % 31 === 0 ? 1 : 0;
  }),
});

/** CMU-1-Small-Region: 2220 x 2967 px at 0.499 um/px. */
const CMU_1 = { slideSize: { widthPx: 2220, heightPx: 2967 }, mpp: 0.499 };

describe('encodeMaskTiff', () => {
  const mask = maskOf(277, 370);

  it('is a tiled BigTIFF pyramid of one channel, 0 and 1 on every level', async () => {
    const tiff = await encodeMaskTiff({ mask, ...CMU_1 });
    expect(new DataView(tiff.buffer, tiff.byteOffset).getUint16(2, true)).toBe(BIG_TIFF);
    const levels = readTiffTags(tiff);
    expect(levels.map((tags) => [tags.get(256), tags.get(257), tags.get(258), tags.get(277), tags.get(322)])).toEqual([
      [[277], [370], [8], [1], [256]],
      [[138], [185], [8], [1], [256]],
    ]);
    for (const page of levels.keys()) {
      expect(new Set(await sharp(tiff, { page }).raw().toBuffer())).toEqual(new Set([0, 1]));
    }
  });

  it('states the slide over the mask as the size of a pixel, so that both lie in register', async () => {
    const [tags] = readTiffTags(await encodeMaskTiff({ mask, ...CMU_1 }));
    const um = (tag: number): number => 10_000 / Number(tags?.get(tag)?.[0]);
    expect(tags?.get(296)).toEqual([3]);
    expect(um(282)).toBeCloseTo((2220 * 0.499) / 277, 5);
    expect(um(283)).toBeCloseTo((2967 * 0.499) / 370, 5);
  });

  it.each([
    [1, 1],
    [3, 700],
    [256, 256],
    [277, 370],
  ])('comes back as it was: %i x %i px', async (widthPx, heightPx) => {
    const original = maskOf(widthPx, heightPx);
    const decoded = await decodeMaskTiff(await encodeMaskTiff({ mask: original, ...CMU_1 }));
    expect([decoded.widthPx, decoded.heightPx]).toEqual([widthPx, heightPx]);
    expect(Buffer.compare(decoded.data, original.data)).toBe(0);
  });

  it('gives the same bytes each time', async () => {
    const [first, second] = [await encodeMaskTiff({ mask, ...CMU_1 }), await encodeMaskTiff({ mask, ...CMU_1 })];
    expect(Buffer.compare(first, second)).toBe(0);
  });
});

describe('decodeMaskTiff', () => {
  const written = async () => encodeMaskTiff({ mask: maskOf(600, 300), ...CMU_1 });

  it('is what sharp reads too, where some tiles are plain', async () => {
    const mask = maskOf(1_100, 900);
    mask.data.fill(0, 0, 1_100 * 300).fill(1, 1_100 * 500, 1_100 * 820);
    const tiff = await encodeMaskTiff({ mask, ...CMU_1 });
    expect(Buffer.compare(mask.data, await sharp(tiff).toColourspace('b-w').raw().toBuffer())).toBe(0);
    expect(Buffer.compare(mask.data, (await decodeMaskTiff(tiff)).data)).toBe(0);
  });

  it('refuses other values than 0 and 1', async () => {
    const mask = { widthPx: 300, heightPx: 2, data: new Uint8Array(600).fill(255, 299, 300) };
    await expect(decodeMaskTiff(await encodeMaskTiff({ mask, ...CMU_1 }))).rejects.toMatchObject({
      code: 'object-changed',
      message: expect.stringContaining('255'),
    });
  });

  it('refuses what is laid out otherwise', async () => {
    const black = sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } });
    const tiles = { tile: true, tileWidth: 256, tileHeight: 256, bigtiff: true } as const;
    await expect(decodeMaskTiff(await black.tiff(tiles).toBuffer())).rejects.toThrow(
      'mask.tif is not as it was written',
    );
    await expect(decodeMaskTiff(await black.tiff().toBuffer())).rejects.toThrow('its tag 277 is 3, not 1');
    await expect(decodeMaskTiff(await black.png().toBuffer())).rejects.toThrow('no little-endian BigTIFF');
  });

  it.each([0, 10, 100, 400])('refuses one that ends after %i bytes', async (length) => {
    const tiff = await written();
    await expect(decodeMaskTiff(tiff.subarray(0, length))).rejects.toMatchObject({ code: 'object-changed' });
  });
});
