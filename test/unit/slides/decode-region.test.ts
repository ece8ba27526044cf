import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../domain/image.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import type { SlideReader } from '../../../slides/slide-reader.ts';
import type { TileDecoder } from '../../../slides/tile-decoder.ts';
import { expectImage } from '../../fixtures/expect-image.ts';
import { sharpJpeg, sharpPixels, splitTables, turboJpeg, type Subsampling } from '../../fixtures/make-jpeg.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import pillow from '../../fixtures/pillow-tiffs.json' with { type: 'json' };
import { cropImage, cutTiles, patternImage, smoothImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage, wholeOf } from '../../fixtures/test-slides.ts';
import type { TestPage } from '../../fixtures/write-test-tiff.ts';

const TILE = { widthPx: 48, heightPx: 32 };
const SIZE = { widthPx: 100, heightPx: 80 };
const decoders: TileDecoder[] = [];
let decoder: TileDecoder;
beforeAll(async () => {
  decoders.push(await createTileDecoder({ jpeg: 'libturbojpeg' }), await createTileDecoder({ jpeg: 'sharp' }));
  decoder = decoders[0]!;
});
afterAll(() => decoders.forEach((each) => each.close()));

const decodeWhole = async (slide: SlideReader, by = decoder): Promise<RgbImage> =>
  decodeRegion(await slide.fetchRegion({ level: 0, rect: wholeOf(slide.info) }), by);

describe('tiles of other compressions', () => {
  it.each(Object.entries(pillow))('%s, as Pillow writes it', async (_, { tiff, sha256, widthPx, heightPx }) => {
    const slide = await openSlide(memorySource(new Uint8Array(Buffer.from(tiff, 'base64'))));
    const image = await decodeWhole(slide);
    expect(image).toMatchObject({ widthPx, heightPx });
    expect(createHash('sha256').update(image.data).digest('hex')).toBe(sha256);
  });

  const image = patternImage(SIZE);
  const differences = (tile: RgbImage): Uint8Array =>
    tile.data.map((value, i) => (i % (tile.widthPx * 3) < 3 ? value : (value - (tile.data[i - 3] ?? 0)) & 255));
  it.each<[string, Partial<TestPage>]>([
    ['raw', { compression: 1, tiles: cutTiles(image, TILE).map(({ data }) => data) }],
    ['deflate', {}],
    ['old deflate', { compression: 32946 }],
    [
      'deflate with differences',
      {
        tiles: cutTiles(image, TILE).map((tile) => deflateSync(differences(tile))),
        tags: { 317: { type: 'short', values: [2] } },
      },
    ],
  ])('%s tiles', async (_, page) => {
    const slide = await openPages([tiledPage(image, TILE, page)]);
    expectImage(await decodeWhole(slide), image);
  });

  it.each<[string, { photometric: number; samples: number; extra?: number }, number[], number[]]>([
    ['gray', { photometric: 1, samples: 1 }, [40], [40, 40, 40]],
    ['gray where white is zero', { photometric: 0, samples: 1 }, [40], [215, 215, 215]],
    ['RGB with a fourth sample that means nothing', { photometric: 2, samples: 4, extra: 0 }, [1, 2, 3, 0], [1, 2, 3]],
    // Half transparent (alpha 51 of 255 is a fifth): a fifth of the colour on four fifths of white.
    ['RGB with alpha', { photometric: 2, samples: 4, extra: 2 }, [5, 105, 255, 51], [205, 225, 255]],
    ['RGB with multiplied alpha', { photometric: 2, samples: 4, extra: 1 }, [1, 21, 51, 51], [205, 225, 255]],
  ])('%s', async (_, { photometric, samples, extra }, pixel, rgb) => {
    const tile = { widthPx: 16, heightPx: 16 };
    const page = tiledPage(patternImage(tile), tile, {
      photometric,
      samples,
      tiles: [deflateSync(Uint8Array.from({ length: 256 * samples }, (__, i) => pixel[i % samples] ?? 0))],
      tags: extra === undefined ? {} : { 338: { type: 'short', values: [extra] } },
    });
    const decoded = await decodeWhole(await openPages([page]));
    expect([...decoded.data.subarray(3 * 77, 3 * 78)]).toEqual(rgb);
  });
});

describe('JPEG tiles', () => {
  const image = smoothImage(SIZE);
  const jpegPage = (tiles: Uint8Array[], more: Partial<TestPage> = {}): TestPage =>
    tiledPage(image, TILE, { compression: 7, photometric: 6, tiles, ...more });
  const tablesTag = (tables: Uint8Array): Partial<TestPage> => ({ tags: { 347: { type: 'bytes', bytes: tables } } });
  const pieces = cutTiles(image, TILE);

  it.each<Subsampling>(['4:4:4', '4:2:2', '4:2:0', '4:4:0', 'gray'])(
    '%s: the pixels of each whole JPEG, by both decoders',
    async (subsampling) => {
      const jpegs = pieces.map((piece) => turboJpeg(piece, subsampling));
      if (jpegs.some((jpeg) => jpeg === undefined)) throw new Error('libturbojpeg is needed to make the tiles');
      const whole = jpegs.flatMap((jpeg) => (jpeg ? [jpeg] : []));
      const split = whole.map(splitTables);
      const colour = subsampling === 'gray' ? { photometric: 1, samples: 1 } : {};
      const tables = split[0]?.tables ?? new Uint8Array(0);
      const slides = await Promise.all([
        openPages([jpegPage(whole, colour)]),
        openPages([
          jpegPage(
            split.map(({ tile }) => tile),
            { ...colour, ...tablesTag(tables) },
          ),
        ]),
      ]);
      for (const slide of slides) {
        for (const each of decoders) {
          const decoded = await decodeWhole(slide, each);
          for (const [i, jpeg] of whole.entries()) {
            const place = { x: (i % 3) * TILE.widthPx, y: Math.floor(i / 3) * TILE.heightPx };
            const visible = {
              widthPx: Math.min(TILE.widthPx, SIZE.widthPx - place.x),
              heightPx: Math.min(TILE.heightPx, SIZE.heightPx - place.y),
            };
            const expected = cropImage(await sharpPixels(jpeg), { x: 0, y: 0, ...visible });
            expectImage(cropImage(decoded, { ...place, ...visible }), expected);
          }
        }
      }
    },
  );

  it.each([0, 1])('RGB without an Adobe marker, as Aperio writes it, by decoder %i', async (which) => {
    // A JPEG of Y, Cb and Cr that is declared RGB must show these three numbers, not the colours.
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:4:4', 100)));
    const split = jpegs.map(splitTables);
    const page = jpegPage(
      split.map(({ tile }) => tile),
      { photometric: 2, ...tablesTag(split[0]?.tables ?? new Uint8Array(0)) },
    );
    const decoded = await decodeWhole(await openPages([page]), decoders[which]);
    for (const at of [0, 77, 4321, 7999]) {
      const [r = 0, g = 0, b = 0] = image.data.subarray(at * 3, at * 3 + 3);
      const expected = [
        0.299 * r + 0.587 * g + 0.114 * b,
        128 - 0.168736 * r - 0.331264 * g + 0.5 * b,
        128 + 0.5 * r - 0.418688 * g - 0.081312 * b,
      ];
      expected.forEach((value, c) => expect(Math.abs((decoded.data[at * 3 + c] ?? 0) - value)).toBeLessThanOrEqual(3));
    }
  });

  it('lets the TIFF decide the colour where the tile’s JFIF marker says otherwise', async () => {
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:4:4', 100)));
    const split = jpegs.map(splitTables);
    const plain = await openPages([
      jpegPage(
        split.map(({ tile }) => tile),
        { photometric: 2, ...tablesTag(split[0]?.tables ?? new Uint8Array(0)) },
      ),
    ]);
    const withJfif = await openPages([jpegPage(jpegs, { photometric: 2 })]);
    expectImage(await decodeWhole(withJfif), await decodeWhole(plain));
  });

  it.each([0, 1])('a tile of another size is named, by decoder %i', async (which) => {
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:2:0')));
    jpegs[4] = await sharpJpeg(smoothImage({ widthPx: 40, heightPx: 32 }), '4:2:0');
    const slide = await openPages([jpegPage(jpegs)]);
    const decoding = decodeWhole(slide, decoders[which]);
    await expect(decoding).rejects.toMatchObject({ code: 'slide-unreadable' });
    await expect(decoding).rejects.toThrow(
      /tile 4 of level 0 \(at 48, 32\): it decodes to 40 x 32 pixels where the slide announces 48 x 32/,
    );
  });

  it.each([0, 1])('a tile cut in its middle is an error, never half a tile, by decoder %i', async (which) => {
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:2:0')));
    jpegs[2] = (jpegs[2] ?? new Uint8Array(0)).slice(0, -60);
    const slide = await openPages([jpegPage(jpegs)]);
    await expect(decodeWhole(slide, decoders[which])).rejects.toThrow(/tile 2 of level 0/);
  });

  it('reads a tile whose end marker was left out', async () => {
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:2:0')));
    const slide = await openPages([jpegPage(jpegs)]);
    const endless = await openPages([jpegPage(jpegs.map((jpeg) => jpeg.slice(0, -2)))]);
    for (const each of decoders) expectImage(await decodeWhole(endless, each), await decodeWhole(slide));
  });

  it.each([
    ['zeros', new Uint8Array(500)],
    ['a lone SOI', Uint8Array.from([0xff, 0xd8])],
    ['a segment that runs past the end', Uint8Array.from([0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff, 1])],
    ['a segment of no length', Uint8Array.from([0xff, 0xd8, 0xff, 0xdb, 0, 0, 1, 2, 3])],
  ])('%s where a JPEG should be', async (_, bytes) => {
    const jpegs = await Promise.all(pieces.map((piece) => sharpJpeg(piece, '4:2:0')));
    jpegs[0] = bytes;
    for (const each of decoders) {
      await expect(decodeWhole(await openPages([jpegPage(jpegs)]), each)).rejects.toMatchObject({
        code: 'slide-unreadable',
      });
    }
  });
});

describe('decodeRegion', () => {
  const image = patternImage(SIZE);

  it.each([
    { x: 0, y: 0, widthPx: 48, heightPx: 32 },
    { x: 47, y: 31, widthPx: 2, heightPx: 2 },
    { x: -20, y: -7, widthPx: 140, heightPx: 100 },
    { x: 90, y: 70, widthPx: 50, heightPx: 50 },
    { x: 200, y: 0, widthPx: 5, heightPx: 5 },
    { x: -9, y: 3, widthPx: 9, heightPx: 9 },
  ])('crops $widthPx x $heightPx at $x, $y and is white outside', async (rect) => {
    const slide = await openPages([tiledPage(image, TILE)]);
    expectImage(await decodeRegion(await slide.fetchRegion({ level: 0, rect }), decoder), cropImage(image, rect));
  });

  it('crops JPEG tiles as it does others', async () => {
    const tiles = await Promise.all(cutTiles(smoothImage(SIZE), TILE).map((piece) => sharpJpeg(piece, '4:2:0')));
    const slide = await openPages([tiledPage(image, TILE, { compression: 7, photometric: 6, tiles })]);
    const whole = await decodeWhole(slide);
    for (const each of decoders) {
      const rect = { x: 30, y: 20, widthPx: 90, heightPx: 75 };
      expectImage(await decodeRegion(await slide.fetchRegion({ level: 0, rect }), each), cropImage(whole, rect));
    }
  });

  it('shows white where a plain TIFF leaves a tile out', async () => {
    const page = tiledPage(image, TILE);
    const tiles = page.tiles.map((tile, i) => (i === 1 ? new Uint8Array(0) : tile));
    const slide = await openPages([{ ...page, tiles }]);
    expect(await slide.checkTiles(0)).toMatchObject({ tiles: 9, sparse: 1 });
    const decoded = await decodeWhole(slide);
    expectImage(cropImage(decoded, { x: 48, y: 0, ...TILE }), cropImage(image, { x: 1000, y: 0, ...TILE }));
    expectImage(cropImage(decoded, { x: 0, y: 0, ...TILE }), cropImage(image, { x: 0, y: 0, ...TILE }));
  });

  it('writes into a buffer that is used again', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const into = new Uint8Array(100 * 80 * 3 + 50).fill(7);
    const rect = { x: 60, y: 50, widthPx: 60, heightPx: 60 };
    const decoded = await decodeRegion(await slide.fetchRegion({ level: 0, rect }), decoder, { into });
    expect(decoded.data.buffer).toBe(into.buffer);
    expect(Buffer.from(decoded.data)).toEqual(Buffer.from(cropImage(image, rect).data));
    expect(into[60 * 60 * 3]).toBe(7);
  });

  it.each([
    ['fewer bytes', deflateSync(new Uint8Array(48 * 31 * 3)), /decodes to 4464 bytes where 48 x 32 pixels take 4608/],
    ['more bytes', deflateSync(new Uint8Array(48 * 32 * 3 + 1)), /tile 5/],
    ['a bomb', deflateSync(new Uint8Array(50_000_000)), /tile 5/],
    ['no deflate stream', Uint8Array.from([1, 2, 3, 4]), /tile 5/],
  ])('names the tile that holds %s', async (_, bytes, message) => {
    const page = tiledPage(image, TILE);
    const slide = await openPages([{ ...page, tiles: page.tiles.map((tile, i) => (i === 5 ? bytes : tile)) }]);
    const decoding = decodeWhole(slide);
    await expect(decoding).rejects.toMatchObject({ code: 'slide-unreadable' });
    await expect(decoding).rejects.toThrow(message);
  });

  it('stops when it is told to', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const region = await slide.fetchRegion({ level: 0, rect: wholeOf(SIZE) });
    const reason = new Error('enough');
    await expect(decodeRegion(region, decoder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('createTileDecoder', () => {
  it('fails where the library that was asked for is not there', async () => {
    const creating = createTileDecoder({ libraryPath: '/nowhere/libturbojpeg.so' });
    await expect(creating).rejects.toMatchObject({ code: 'provider-unavailable' });
    await expect(creating).rejects.toThrow('/nowhere/libturbojpeg.so');
  });
});
