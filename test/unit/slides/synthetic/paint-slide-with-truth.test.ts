import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistologyPainter } from '../../../../slides/synthetic/histology/histology-painter.ts';
import { paintSlideWithTruth } from '../../../../slides/synthetic/paint-synthetic-slide.ts';
import { MASK_TILES } from '../../../../slides/synthetic/tile-format.ts';
import { TiledPyramid } from '../../../../slides/synthetic/tiled-pyramid.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h2g truth ü '));
});
afterAll(() => rm(folder, { recursive: true }));

const SLIDE = { widthPx: 1_400, heightPx: 1_100, mpp: 0.5, seed: 6, specimen: 'histology' } as const;
const paths = (name: string) => ({ path: join(folder, `${name}.svs`), truthPath: join(folder, `${name}-mask.tif`) });

describe('paintSlideWithTruth', () => {
  it('writes the same bytes for the same seed, and a truth of 0 and 1 at 1 um/px in register with the slide', async () => {
    const [one, two] = [paths('one'), paths('two')];
    await paintSlideWithTruth({ ...SLIDE, ...one });
    await paintSlideWithTruth({ ...SLIDE, ...two });
    expect((await readFile(two.path)).equals(await readFile(one.path))).toBe(true);
    expect((await readFile(two.truthPath)).equals(await readFile(one.truthPath))).toBe(true);
    const { data, info } = await sharp(one.truthPath, { page: 0 })
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 700, height: 550, channels: 1 });
    const plane = { widthPx: 700, heightPx: 550 };
    expect(data.equals(new HistologyPainter(SLIDE).truthRows(plane, { top: 0, rows: 550 }))).toBe(true);
    expect(new Set(data)).toEqual(new Set([0, 1]));
    // 10,000 pixels a centimetre are 25,400 an inch.
    expect(await sharp(one.truthPath).metadata()).toMatchObject({ pages: 2, density: 25_400 });
  });

  it('leaves neither file behind when it is stopped', async () => {
    const stop = new AbortController();
    const before = await readdir(folder);
    const painting = paintSlideWithTruth({
      ...SLIDE,
      ...paths('stopped'),
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    });
    await expect(painting).rejects.toThrow('stopped');
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('TiledPyramid', () => {
  it('writes a BigTIFF that reads as the classic one does', async () => {
    const rows = Uint8Array.from({ length: 600 * 400 }, (_, index) => ((index % 600) + index / 600 > 500 ? 1 : 0));
    const pictures = await Promise.all(
      (['classic', 'big'] as const).map(async (flavour) => {
        const path = join(folder, `${flavour}.tif`);
        await using file = await open(path, 'w');
        const layout = { widthPx: 600, heightPx: 400, mpp: 1, tilePx: 256, levels: 2, description: 'a mask' };
        const pyramid = new TiledPyramid(file, { ...layout, format: MASK_TILES, flavour });
        // A row of tiles at a time, as slides are painted.
        await pyramid.addRows(rows.subarray(0, 600 * 256));
        await pyramid.addRows(rows.subarray(600 * 256));
        await pyramid.finish();
        return {
          bytes: await readFile(path),
          levels: await Promise.all([0, 1].map((page) => sharp(path, { page }).extractChannel(0).raw().toBuffer())),
        };
      }),
    );
    const [classic, big] = pictures;
    expect([classic?.bytes.readUInt16LE(2), big?.bytes.readUInt16LE(2)]).toEqual([42, 43]);
    expect(big?.levels).toEqual(classic?.levels);
    expect(big?.levels[0]?.equals(rows)).toBe(true);
  });
});
