import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { explainWriteError } from '../../../../slides/synthetic/explain-write-error.ts';
import type { BinaryImage } from '../../../../domain/image.ts';
import { paintSyntheticSlide, type SyntheticSlideOptions } from '../../../../slides/synthetic/paint-synthetic-slide.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h2g synthetic ü '));
});
afterAll(() => rm(folder, { recursive: true }));

const SLIDE = { widthPx: 1310, heightPx: 1003, mpp: 1, seed: 4 };

async function paint(name: string, changes: Partial<SyntheticSlideOptions> = {}) {
  const path = join(folder, name);
  const { truth } = await paintSyntheticSlide({ ...SLIDE, path, ...changes });
  return { path, truth };
}

const levelOf = async (path: string, page: number) => {
  const { data, info } = await sharp(path, { page }).raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, channels: info.channels, data };
};

/** Mean of red over the mask pixels of one value. */
function meanRed(level: { widthPx: number; heightPx: number; data: Buffer }, mask: BinaryImage, value: number): number {
  let sum = 0;
  let count = 0;
  mask.data.forEach((inside, i) => {
    if (inside !== value) return;
    const x = Math.floor((((i % mask.widthPx) + 0.5) * level.widthPx) / mask.widthPx);
    const y = Math.floor(((Math.floor(i / mask.widthPx) + 0.5) * level.heightPx) / mask.heightPx);
    sum += level.data[(y * level.widthPx + x) * 3] ?? 0;
    count++;
  });
  return sum / count;
}

describe('paintSyntheticSlide', () => {
  it('writes the same bytes for the same seed and others for another', async () => {
    const [first, second, other] = [await paint('1.tif'), await paint('2.tif'), await paint('3.tif', { seed: 5 })];
    expect(await readFile(second.path)).toEqual(await readFile(first.path));
    expect(second.truth).toEqual(first.truth);
    expect(other.truth.data).not.toEqual(first.truth.data);
  });

  it('halves each level, rounded down, and states the scale', async () => {
    const { path } = await paint('pyramid.tif');
    const { pages, density } = await sharp(path).metadata();
    expect(pages).toBe(3);
    const sizes = await Promise.all([0, 1, 2].map((page) => levelOf(path, page)));
    expect(sizes.map(({ widthPx, heightPx, channels }) => [widthPx, heightPx, channels])).toEqual([
      [1310, 1003, 3],
      [655, 501, 3],
      [327, 250, 3],
    ]);
    // 10,000 pixels a centimetre are 25,400 an inch.
    expect(density).toBe(25_400);
  });

  it('makes one level of 240-pixel tiles with an Aperio description where told to', async () => {
    const { path } = await paint('x20.svs', { mpp: 0.5, layout: { tilePx: 240, levels: 1, description: 'aperio' } });
    expect((await sharp(path).metadata()).pages).toBe(1);
    const text = (await readFile(path)).toString('latin1');
    expect(text).toContain('Aperio');
    expect(text).toContain('|AppMag = 20|MPP = 0.5');
    expect(text).toContain('(240x240)');
  });

  it('lays the truth on the plane of 4 um/px, where the slide is dark with nuclei', async () => {
    const { path, truth } = await paint('truth.tif');
    expect([truth.widthPx, truth.heightPx]).toEqual([328, 251]);
    const share = truth.data.reduce((sum, value) => sum + value, 0) / truth.data.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.3);
    const level = await levelOf(path, 2);
    expect(meanRed(level, truth, 1)).toBeLessThan(meanRed(level, truth, 0) - 40);
  });

  it('tells how far it is', async () => {
    const shares: number[] = [];
    await paint('progress.tif', { onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([256 / 1003, 512 / 1003, 768 / 1003, 1]);
  });

  it('paints a slide of a few pixels', async () => {
    const { path, truth } = await paint('tiny.tif', { widthPx: 3, heightPx: 1 });
    expect(await levelOf(path, 0)).toMatchObject({ widthPx: 3, heightPx: 1 });
    expect([truth.widthPx, truth.heightPx]).toEqual([1, 1]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController();
    const before = await readdir(folder);
    const painting = paint('stopped.tif', { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) });
    await expect(painting).rejects.toThrow('stopped');
    expect(await readdir(folder)).toEqual(before);
  });

  it('says where it could not write', async () => {
    await expect(paint('no such folder/slide.tif')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('no such folder (ENOENT)'),
    });
  });

  it('calls a full disk a full disk', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(explainWriteError(full, '/somewhere/slide.tif')).toMatchObject({ code: 'disk-full', cause: full });
  });

  it.each([{ widthPx: 0 }, { heightPx: 1.5 }, { mpp: 0 }, { mpp: Number.NaN }, { seed: 0.5 }])(
    'refuses %o with a clear error and writes nothing',
    async (wrong) => {
      await expect(paint('wrong.tif', wrong)).rejects.toMatchObject({ code: 'usage' });
      expect(await readdir(folder)).not.toContain('wrong.tif');
    },
  );
});
