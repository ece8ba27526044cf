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
  it('refuses what is not a mask', async () => {
    const raw = { width: 2, height: 2, channels: 1 } as const;
    const grey = await sharp(Buffer.of(0, 1, 2, 255), { raw })
      .toColourspace('b-w')
      .tiff({ compression: 'lzw' })
      .toBuffer();
    await expect(decodeMaskTiff(grey)).rejects.toMatchObject({
      code: 'object-changed',
      message: expect.stringContaining('255'),
    });
    const black = sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } });
    await expect(decodeMaskTiff(await black.tiff().toBuffer())).rejects.toThrow('3 channels');
  });
});
