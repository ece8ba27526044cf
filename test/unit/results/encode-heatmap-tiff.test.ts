import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { encodeHeatmapTiff } from '../../../results/encode-heatmap-tiff.ts';
import { readTiffTags } from './tiff-tags.ts';

const heatmap = {
  columns: 3,
  rows: 2,
  scores: Float32Array.of(0, 0.1, 0.999434, 1, 0, 1e-7),
  status: Uint8Array.of(0, 1, 1, 1, 2, 1),
};
const tiff = encodeHeatmapTiff({ heatmap, cellUm: 255.987 });

describe('encodeHeatmapTiff', () => {
  it('is read by libtiff, both pages', async () => {
    for (const page of [0, 1]) {
      const { width, height, channels } = await sharp(tiff, { page }).metadata();
      expect([width, height, channels]).toEqual([3, 2, 1]);
    }
  });

  it('keeps every bit of the scores on the first page and the status on the second', async () => {
    const [first] = readTiffTags(tiff);
    expect([first?.get(256), first?.get(257), first?.get(277)]).toEqual([[3], [2], [1]]);
    const at = Number(first?.get(273)?.[0]);
    expect(first?.get(279)).toEqual([24]);
    const view = new DataView(tiff.buffer, tiff.byteOffset + at);
    expect(Float32Array.from({ length: 6 }, (_, i) => view.getFloat32(i * 4, true))).toEqual(heatmap.scores);
    const status = await sharp(tiff, { page: 1 }).toColourspace('b-w').raw().toBuffer();
    expect(new Uint8Array(status)).toEqual(heatmap.status);
  });

  it('states the cell as pixels a centimetre and says what the values are', () => {
    const pages = readTiffTags(tiff);
    expect(pages).toHaveLength(2);
    for (const tags of pages) {
      expect(tags.get(282)).toEqual([expect.closeTo(10_000 / 255.987, 5)]);
      expect(tags.get(283)).toEqual([expect.closeTo(10_000 / 255.987, 5)]);
      expect(tags.get(296)).toEqual([3]);
    }
    expect(pages.map((tags) => [tags.get(258), tags.get(339)])).toEqual([
      [[32], [3]],
      [[8], [1]],
    ]);
    expect(pages[0]?.get(270)).toContain(
      'tumour probability 0 to 1, 0 where not analysed; one pixel a cell of 255.987 um',
    );
    expect(pages[1]?.get(270)).toContain('0 glass, 1 analysed, 2 failed');
  });

  it('has its tags in ascending order, as TIFF demands', () => {
    for (const tags of readTiffTags(tiff)) {
      const order = [...tags.keys()];
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });

  it('gives the same bytes each time', () => {
    expect(encodeHeatmapTiff({ heatmap, cellUm: 255.987 })).toEqual(tiff);
  });
});
