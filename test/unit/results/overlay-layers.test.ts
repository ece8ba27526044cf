import { describe, expect, it } from 'vitest';
import { FAILED_COLOUR, scoreColour } from '../../../domain/colour-map.ts';
import { type RgbImage, glassImage } from '../../../domain/image.ts';
import { layHeatmap, layOutline } from '../../../results/overlay-layers.ts';

const pixel = ({ data, widthPx }: RgbImage, x: number, y: number): number[] => [
  ...data.subarray((y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3),
];
const WHITE = [255, 255, 255];

describe('layHeatmap', () => {
  // A level of 1500 x 1000 px with cells of 1000 px: the second column is half outside the slide.
  const heatmap = { columns: 2, rows: 1, scores: Float32Array.of(1, 0), status: Uint8Array.of(1, 0) };
  const grid = { cellPx: 1000, level: { widthPx: 1500, heightPx: 1000 } };

  it('ends a cell where it ends on the slide, not at its share of the grid', () => {
    const picture = glassImage({ widthPx: 150, heightPx: 100 });
    layHeatmap(picture, heatmap, grid);
    expect(pixel(picture, 99, 50)).not.toEqual(WHITE);
    expect(pixel(picture, 100, 50)).toEqual(WHITE);
  });

  it('covers half of the slide with the colour of probability 1', () => {
    const picture = glassImage({ widthPx: 150, heightPx: 100 });
    layHeatmap(picture, heatmap, grid);
    expect(pixel(picture, 0, 0)).toEqual(scoreColour(1).map((value) => Math.round((255 + value) / 2)));
  });

  it('leaves what was not analysed as it is and stripes what failed', () => {
    const picture = glassImage({ widthPx: 150, heightPx: 100 });
    layHeatmap(picture, { ...heatmap, status: Uint8Array.of(0, 2) }, grid);
    expect(pixel(picture, 50, 50)).toEqual(WHITE);
    const [stripe, gap] = [pixel(picture, 120, 0), pixel(picture, 124, 0)];
    expect(stripe).toEqual(FAILED_COLOUR.map((value) => Math.round(255 + (value - 255) * 0.85)));
    expect(gap[1]).toBeGreaterThan(200);
  });

  it('lets no failed cell fall between two stripes, however small', () => {
    const picture = glassImage({ widthPx: 9, heightPx: 6 });
    layHeatmap(picture, { ...heatmap, status: Uint8Array.of(2, 0) }, grid);
    for (const [x, y] of [
      [0, 4],
      [5, 0],
      [5, 5],
    ] as const)
      expect(pixel(picture, x, y)[1], `${x}, ${y}`).toBeLessThan(50);
  });
});

describe('layOutline', () => {
  it('draws the line on the edge of the mask, stretched over the picture', () => {
    const picture = glassImage({ widthPx: 400, heightPx: 20 });
    picture.data.fill(128);
    layOutline(picture, { widthPx: 4, heightPx: 1, data: Uint8Array.of(1, 1, 0, 0) }, [200, 0, 0]);
    expect(pixel(picture, 199, 10)).toEqual([200, 0, 0]);
    expect(pixel(picture, 200, 10)).toEqual([200, 0, 0]);
    expect(pixel(picture, 190, 10)).toEqual([128, 128, 128]);
    expect(pixel(picture, 209, 10)).toEqual([128, 128, 128]);
  });

  it.each([0, 1])('draws nothing over a mask of only %i', (value) => {
    const picture = glassImage({ widthPx: 40, heightPx: 20 });
    picture.data.fill(128);
    layOutline(picture, { widthPx: 4, heightPx: 2, data: new Uint8Array(8).fill(value) }, [200, 0, 0]);
    expect(new Set(picture.data)).toEqual(new Set([128]));
  });
});
