import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaAverage } from '../../../domain/area-average.ts';
import { createTileDecoder } from '../../../slides/create-tile-decoder.ts';
import { planBlocks, readPlane } from '../../../slides/read-plane.ts';
import { expectImage } from '../../fixtures/expect-image.ts';
import { patternImage } from '../../fixtures/test-pictures.ts';
import { openPages, tiledPage, wholeOf } from '../../fixtures/test-slides.ts';

const image = patternImage({ widthPx: 203, heightPx: 117 });
const TILE = { widthPx: 32, heightPx: 16 };

describe('readPlane', () => {
  it.each([
    { widthPx: 64, heightPx: 37 },
    { widthPx: 203, heightPx: 117 },
    { widthPx: 300, heightPx: 200 },
    { widthPx: 1, heightPx: 1 },
  ])('is the area average of the whole level at $widthPx x $heightPx', async (size) => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const seen: number[][] = [];
    const decoder = await createTileDecoder();
    const plane = await readPlane(
      slide,
      { level: 0, ...size },
      { decoder, onProgress: (...counts) => void seen.push(counts) },
    );
    expectImage(plane.image, areaAverage(image, wholeOf(image), size));
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    expect(plane.bytes.needed).toBe((await slide.checkTiles(0)).compressedBytes);
  });

  it('puts the blocks of a level that does not fit into memory together', async () => {
    // 3 x 4 blocks at 4 million pixels each; all tiles of a column are alike.
    const size = { widthPx: 10_000, heightPx: 4_500 };
    const tile = { widthPx: 2048, heightPx: 1024 };
    const shades = [10, 20, 30, 40, 50].map((shade) => deflateSync(new Uint8Array(2048 * 1024 * 3).fill(shade)));
    const tiles = Array.from({ length: 25 }, (_, i) => shades[i % 5] ?? new Uint8Array(0));
    const slide = await openPages([{ ...size, tile, compression: 8, tiles }]);
    const { image: plane } = await readPlane(
      slide,
      { level: 0, widthPx: 625, heightPx: 2 },
      { decoder: await createTileDecoder() },
    );
    const row = Array.from({ length: 625 }, (_, x) => [10, 20, 30, 40, 50][Math.floor((x * 16) / 2048)]);
    expect([...plane.data].filter((_, i) => i % 3 === 0)).toEqual([...row, ...row]);
  });

  it('fails with the tile that cannot be read', async () => {
    const page = tiledPage(image, TILE);
    const slide = await openPages([
      { ...page, tiles: page.tiles.map((tile, i) => (i === 20 ? tile.slice(0, 5) : tile)) },
    ]);
    const reading = readPlane(slide, { level: 0, widthPx: 10, heightPx: 10 }, { decoder: await createTileDecoder() });
    await expect(reading).rejects.toThrow(/tile 20 of level 0/);
  });

  it('stops when it is told to', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const reason = new Error('enough');
    const options = { decoder: await createTileDecoder(), signal: AbortSignal.abort(reason) };
    await expect(readPlane(slide, { level: 0, widthPx: 10, heightPx: 10 }, options)).rejects.toBe(reason);
  });

  it('refuses a level that is not there', async () => {
    const slide = await openPages([tiledPage(image, TILE)]);
    const reading = readPlane(slide, { level: 2, widthPx: 10, heightPx: 10 }, { decoder: await createTileDecoder() });
    await expect(reading).rejects.toThrow('level 2');
  });
});

describe('planBlocks', () => {
  it('covers every pixel once, in whole tiles of bounded size', () => {
    const side = fc.integer({ min: 1, max: 200_000 });
    const tileSide = fc.integer({ min: 16, max: 2048 });
    fc.assert(
      fc.property(side, side, tileSide, tileSide, (widthPx, heightPx, tileWidthPx, tileHeightPx) => {
        const blocks = planBlocks({ index: 0, widthPx, heightPx, tileWidthPx, tileHeightPx });
        const area = blocks.reduce((sum, block) => sum + block.widthPx * block.heightPx, 0);
        expect(area).toBe(widthPx * heightPx);
        const aligned = blocks.every(({ x, y }) => x % tileWidthPx === 0 && y % tileHeightPx === 0);
        const inside = blocks.every(
          (block) => block.x + block.widthPx <= widthPx && block.y + block.heightPx <= heightPx,
        );
        const bounded = blocks.every((block) => block.widthPx * block.heightPx <= 2 * 4 * 1024 * 1024);
        expect({ aligned, inside, bounded }).toEqual({ aligned: true, inside: true, bounded: true });
        expect(new Set(blocks.map(({ x, y }) => `${x},${y}`)).size).toBe(blocks.length);
      }),
      { numRuns: 60 },
    );
  });
});
