import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transferList, type CompressedRegion } from '../../../slides/compressed-region.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { decodeRegion } from '../../../slides/decode-region.ts';
import { openSlide } from '../../../slides/open-slide.ts';
import { expectImage } from '../../fixtures/expect-image.ts';
import { memorySource } from '../../fixtures/memory-source.ts';
import { cropImage, patternImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage, wholeOf } from '../../fixtures/test-slides.ts';
import { writeTestTiff } from '../../fixtures/write-test-tiff.ts';

const TILE = { widthPx: 16, heightPx: 16 };
const image = patternImage({ widthPx: 150, heightPx: 90 });
const indices = ({ tiles }: CompressedRegion): number[] => tiles.map(({ index }) => index);

/** 100,000 x 80,000 pixels whose tiles are all the same bytes: as large as slides get, but for its tiles. */
function hugeSlide(): Uint8Array {
  const tile = { widthPx: 256, heightPx: 256 };
  const size = { widthPx: 100_000, heightPx: 80_000 };
  const count = Math.ceil(size.widthPx / 256) * Math.ceil(size.heightPx / 256);
  const bytes = deflateSync(new Uint8Array(256 * 256 * 3).fill(200));
  return writeTestTiff(
    [
      {
        ...size,
        tile,
        compression: 8,
        tiles: [bytes],
        tags: {
          324: { type: 'long8', values: Array.from({ length: count }, () => 16) },
          325: { type: 'long', values: Array.from({ length: count }, () => bytes.byteLength) },
        },
      },
    ],
    { big: true },
  );
}

describe('fetchRegion', () => {
  it('reads each tile under the rectangle once and no other', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    // Columns 1 to 3 and rows 2 to 3 of 10 x 6 tiles.
    const region = await slide.fetchRegion({ level: 0, rect: { x: 31, y: 32, widthPx: 18, heightPx: 17 } });
    expect(indices(region)).toEqual([21, 22, 23, 31, 32, 33]);
    expect(region.tiles[0]).toMatchObject({ x: 16, y: 32, widthPx: 16, heightPx: 16 });
    expect(region.bytes.needed).toBe(region.tiles.reduce((sum, { data }) => sum + data.byteLength, 0));
  });

  it.each([
    { x: -50, y: 0, widthPx: 50, heightPx: 20 },
    { x: 150, y: 0, widthPx: 10, heightPx: 20 },
    { x: 0, y: 90, widthPx: 10, heightPx: 1 },
    { x: 0, y: -5, widthPx: 10, heightPx: 5 },
    { x: 10, y: 10, widthPx: 0, heightPx: 0 },
  ])('reads nothing for $widthPx x $heightPx at $x, $y', async (rect) => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const region = await slide.fetchRegion({ level: 0, rect });
    expect(region.tiles).toEqual([]);
    expect(region.bytes).toEqual({ needed: 0, read: 0 });
  });

  it('reads of a rectangle only the tiles that its parts touch, each once, and leaves the rest white', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const parts = [
      { x: 100, y: 50, widthPx: 12, heightPx: 12 },
      { x: 10, y: 0, widthPx: 20, heightPx: 10 },
      { x: 20, y: 0, widthPx: 20, heightPx: 10 },
    ];
    const region = await slide.fetchRegion({ level: 0, rect: wholeOf(image), parts });
    expect(indices(region)).toEqual([0, 1, 2, 36]);
    const into = new Uint8Array(150 * 90 * 3).fill(9);
    const decoded = await decodeRegion(region, await createTileDecoder(), { into });
    for (const part of parts) expectImage(cropImage(decoded, part), cropImage(image, part));
    const between = { x: 48, y: 16, widthPx: 30, heightPx: 60 };
    expect(cropImage(decoded, between).data.every((value) => value === 255)).toBe(true);
  });

  it('counts what it really reads, and merges neighbours', async () => {
    const source = memorySource(writeTestTiff([tiledPage(image, TILE)]));
    const slide = await openSlide(source);
    source.reads.length = 0;
    const { bytes } = await slide.fetchRegion({ level: 0, rect: wholeOf(image) });
    expect(bytes.read).toBe(source.reads.reduce((sum, { length }) => sum + length, 0));
    expect(bytes.read).toBeLessThanOrEqual(1.1 * bytes.needed);
    // All tiles lie one after the other.
    expect(source.reads.length).toBeLessThanOrEqual(2);
  });

  it('gives the same pixels for any rectangle', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const decoder = await createTileDecoder();
    const place = fc.integer({ min: -40, max: 170 });
    const side = fc.integer({ min: 1, max: 120 });
    await fc.assert(
      fc.asyncProperty(place, place, side, side, async (x, y, widthPx, heightPx) => {
        const rect = { x, y, widthPx, heightPx };
        expectImage(await decodeRegion(await slide.fetchRegion({ level: 0, rect }), decoder), cropImage(image, rect));
      }),
      { numRuns: 60 },
    );
  });

  it('reads of a huge slide’s tables only the parts it needs', async () => {
    const source = memorySource(hugeSlide());
    const slide = await openSlide(source);
    expect(slide.metadataBytes).toBeLessThanOrEqual(16 * 1024);
    source.reads.length = 0;
    const { tiles, bytes } = await slide.fetchRegion({
      level: 0,
      rect: { x: 40_000, y: 40_000, widthPx: 2048, heightPx: 2048 },
    });
    expect(tiles).toHaveLength(81);
    // Nine rows of the tables: 9 x 391 x 12 bytes at most, of 1.4 MB.
    expect(bytes.read).toBeLessThanOrEqual(64 * 1024);
    expect(source.reads.length).toBeLessThanOrEqual(8);
    source.reads.length = 0;
    await slide.fetchRegion({ level: 0, rect: { x: 40_000, y: 40_000, widthPx: 2048, heightPx: 2048 } });
    // The tables are remembered.
    expect(source.reads).toHaveLength(1);
  });

  it('checks the tiles of a huge slide in few reads', async () => {
    const source = memorySource(hugeSlide());
    const slide = await openSlide(source);
    source.reads.length = 0;
    expect(await slide.checkTiles(0)).toMatchObject({ tiles: 391 * 313, sparse: 0 });
    expect(source.reads.length).toBeLessThanOrEqual(8);
  });

  it('crosses to another thread and takes its tiles along', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const region = await slide.fetchRegion({ level: 0, rect: wholeOf(image) });
    const moved = structuredClone(region, { transfer: transferList(region) });
    expect(region.tiles.every(({ data }) => data.byteLength === 0)).toBe(true);
    expectImage(await decodeRegion(moved, await createTileDecoder()), image);
    // What the source gave were views into all it has: these must not have gone along.
    expect(
      await decodeRegion(await slide.fetchRegion({ level: 0, rect: wholeOf(image) }), await createTileDecoder()),
    ).toEqual(image);
  });

  it('passes the signal on to the source', async () => {
    const source = memorySource(writeTestTiff([tiledPage(image, TILE)]));
    const slide = await openSlide(source);
    source.reads.length = 0;
    const reason = new Error('enough');
    const reading = slide.fetchRegion({ level: 0, rect: wholeOf(image) }, { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
    expect(source.reads).toEqual([]);
  });
});
