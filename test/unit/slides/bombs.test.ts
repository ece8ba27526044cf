import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { maskPlaneOf } from '../../../domain/tissue.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { SLIDE_LIMITS } from '../../../slides/slide-limits.ts';
import { readScale } from '../../../slides/tiff/read-scale.ts';
import { sharpJpeg } from '../../fixtures/make-jpeg.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { patternImage, smoothImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage, wholeOf } from '../../fixtures/test-slides.ts';
import { writeTestTiff, type TagValue, type TestPage } from '../../fixtures/write-test-tiff.ts';

const long = (...values: number[]): TagValue => ({ type: 'long', values });
const short = (...values: number[]): TagValue => ({ type: 'short', values });
const tooLarge = (what: string) => ({ code: 'slide-too-large', message: expect.stringContaining(what) });

/** Small files that ask for much: each is refused before the memory is taken. */
describe('a file that unpacks to more than it should', () => {
  const TILE = { widthPx: 16, heightPx: 16 };
  const page = (more: Partial<TestPage>): TestPage => tiledPage(patternImage(TILE), TILE, more);
  const zeros = new Uint8Array(64 * 1024 * 1024);

  it.each<[string, number, Uint8Array]>([
    ['deflate', 8, deflateSync(zeros)],
    ['PackBits', 32773, Uint8Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? 129 : 0))],
    ['LZW', 5, lzwOfZeros(100_000)],
  ])('by %s', async (_, compression, tile) => {
    expect(tile.byteLength).toBeLessThan(200_000);
    const decoder = await createTileDecoder();
    try {
      const slide = await openPages([page({ compression, tiles: [tile] })]);
      const region = await slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) });
      await expect(decodeRegion(region, decoder)).rejects.toMatchObject({
        code: 'slide-unreadable',
        message: expect.stringMatching(/tile 0 of level 0.*(more than 768 bytes|larger than 768 bytes)/),
      });
    } finally {
      decoder.close();
    }
  });

  it('by its samples', async () => {
    const samples = { samples: 9, photometric: 1, tags: { 258: short(...Array.from({ length: 9 }, () => 8)) } };
    await expect(openPages([page(samples)])).rejects.toMatchObject(tooLarge('9 samples in one pixel'));
    const tags = { 256: long(8192), 257: long(8192), 322: long(8192), 323: long(8192) };
    const five = { samples: 5, photometric: 1, tags: { ...tags, 258: short(8, 8, 8, 8, 8) } };
    await expect(openPages([page(five)])).rejects.toMatchObject(tooLarge('335544320 bytes in one unpacked tile'));
  });
});

describe('a JPEG that is another than its tile', () => {
  const SIZE = { widthPx: 48, heightPx: 32 };

  async function decoded(tile: Uint8Array, tables?: Uint8Array): Promise<unknown> {
    const tags = tables && { 347: { type: 'bytes', bytes: tables } as const };
    const page = { ...tiledPage(smoothImage(SIZE), SIZE), compression: 7, photometric: 6, tiles: [tile] };
    const slide = await openPages([{ ...page, ...(tags && { tags }) }]);
    const decoder = await createTileDecoder();
    try {
      return await decodeRegion(await slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) }), decoder);
    } finally {
      decoder.close();
    }
  }

  it('is refused by its frame, wherever a larger one is hidden', async () => {
    const good = await sharpJpeg(smoothImage(SIZE), '4:2:0');
    const large = await sharpJpeg(smoothImage({ widthPx: 384, heightPx: 256 }), '4:2:0');
    await expect(decoded(good)).resolves.toBeDefined();
    await expect(decoded(large)).rejects.toThrow('384 x 256 pixels where the slide announces 48 x 32');
    await expect(decoded(good, large)).rejects.toThrow('its JPEG tables hold a picture of their own');
    const twice = new Uint8Array([...good.subarray(0, 2), ...frameOf(large), ...good.subarray(2)]);
    await expect(decoded(twice)).rejects.toThrow('it is a JPEG of two frames');
  });
});

describe('metadata without end', () => {
  const tiny = { widthPx: 1, heightPx: 1, tiles: [Uint8Array.from([1, 2, 3])] };

  it('is refused where a thousand pages point at one long text', async () => {
    const pages = Array.from({ length: 70 }, () => ({ ...tiny, description: 'a text behind the directory' }));
    const bytes = writeTestTiff([{ ...tiny, tiles: [new Uint8Array(1_000_000)] }, ...pages]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = view.getUint32(4, true); at !== 0;) {
      const entries = view.getUint16(at, true);
      for (let entry = at + 2; entry < at + 2 + entries * 12; entry += 12)
        if (view.getUint16(entry, true) === 270) {
          view.setUint32(entry + 4, 1_000_000, true);
          view.setUint32(entry + 8, 0, true);
        }
      at = view.getUint32(at + 2 + entries * 12, true);
    }
    await expect(openSlide(memorySource(bytes))).rejects.toMatchObject(tooLarge('bytes in all tags together'));
  });

  it('is refused where a directory has more entries than any', async () => {
    const bytes = writeTestTiff([{ ...tiny, tiles: [new Uint8Array(100_000)] }]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // The directory is taken to lie in the tile.
    view.setUint32(4, 8, true);
    view.setUint16(8, SLIDE_LIMITS.entries.most + 1, true);
    await expect(openSlide(memorySource(bytes))).rejects.toMatchObject(tooLarge('4097 entries in one directory'));
  });

  it('is read in no time, also where tags are opened and never closed', () => {
    const started = performance.now();
    for (const text of ['<Pixels ', '<Pixels PhysicalSizeX="', '<a:', '|', 'MPP = '])
      for (const head of ['', 'Aperio'])
        readScale({
          description: `${head}${text.repeat(Math.floor(SLIDE_LIMITS.tagBytes.most / text.length))}`,
          xResolution: undefined,
          yResolution: undefined,
          resolutionUnit: undefined,
        });
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe('a read that would take too much at once', () => {
  it('is refused by the number of its tiles', async () => {
    const side = 400;
    const list = (value: number): TagValue => ({
      type: 'long',
      values: Array.from({ length: side * side }, () => value),
    });
    const one = { widthPx: 1, heightPx: 1 };
    const tags = { 256: long(side), 257: long(side), 324: list(8), 325: list(3) };
    const slide = await openPages([tiledPage(patternImage(one), one, { compression: 1, tags })]);
    const region = slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) });
    await expect(region).rejects.toMatchObject(tooLarge('160000 tiles in what is read at once'));
  });

  it('is refused by its bytes, also where all tiles lie at one place', async () => {
    const tile = { widthPx: 16, heightPx: 16 };
    const side = 16 * 80;
    const places = Array.from({ length: 80 * 80 }, () => 8);
    const tags = { 256: long(side), 257: long(side), 324: long(...places), 325: long(...places.map(() => 100_000)) };
    const slide = await openPages([
      tiledPage(patternImage(tile), tile, { compression: 1, tiles: [new Uint8Array(100_000)], tags }),
    ]);
    const region = slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) });
    await expect(region).rejects.toMatchObject(tooLarge('640000000 compressed bytes in what is read at once'));
  });

  it('is refused where the glass would be larger than any', () => {
    const slide = { name: 'bad.svs', widthPx: 400_000, heightPx: 400_000 };
    expect(maskPlaneOf(slide, 0.15)).toEqual({ widthPx: 7_500, heightPx: 7_500 });
    expect(() => maskPlaneOf(slide, 5)).toThrow(
      expect.objectContaining(tooLarge('bad.svs measures 2000 x 2000 mm at 5 um/px; at most 8590 mm²')),
    );
  });
});

/** The frame segment (SOF0) of a baseline JPEG. */
function frameOf(jpeg: Uint8Array): Uint8Array {
  const at = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  return jpeg.subarray(at, at + 2 + (((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0)));
}

/** LZW codes that say each time "the last string, and its first byte again": n codes are n²/2 zeros, as far as the table goes. */
function lzwOfZeros(codes: number): Uint8Array {
  const bits: number[] = [];
  const put = (code: number, width: number): void => {
    for (let bit = width - 1; bit >= 0; bit -= 1) bits.push((code >> bit) & 1);
  };
  put(256, 9);
  put(0, 9);
  for (let code = 258; code < 258 + Math.min(codes, 200); code += 1) put(code, 9);
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (7 - (i & 7)))));
  return bytes;
}
