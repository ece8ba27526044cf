import { describe, expect, it } from 'vitest';
import { sampleBilinear } from '../../../domain/bilinear.ts';
import { emptyHeatmap, setCell } from '../../../domain/heatmap.ts';
import { cutMask } from '../../../domain/mask.ts';
import { heatmapOverSlide } from '../../../domain/refinement-input.ts';

const heatmap = emptyHeatmap({ columns: 2, rows: 1 });
setCell(heatmap, { column: 1, row: 0 }, 1);

describe('sampleBilinear', () => {
  it('has half-pixel centres and clamped edges', () => {
    const source = { widthPx: 2, heightPx: 1, data: Float32Array.from([0, 1]) };
    const { data } = sampleBilinear(source, { widthPx: 4, heightPx: 1 }, { x: 0.5, y: 1 });
    expect([...data]).toEqual([0, 0.25, 0.75, 1]);
  });

  it('returns the picture itself at step 1', () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i / 16);
    expect(sampleBilinear({ widthPx: 4, heightPx: 3, data }, { widthPx: 4, heightPx: 3 }, { x: 1, y: 1 }).data).toEqual(
      data,
    );
  });
});

describe('heatmapOverSlide', () => {
  /** A slide one cell and a half wide: the grid’s second cell reaches beyond it. */
  const on = { cellPx: 256, level: { widthPx: 384, heightPx: 256 } };
  const size = { widthPx: 6, heightPx: 1 };

  it('exact: samples at the same physical points', () => {
    // pixel centres at 32, 96, … 352 of 384 px: positions -0.375, -0.125, 0.125, 0.375, 0.625, 0.875 in cells
    expect([...heatmapOverSlide(heatmap, on, { size, placement: 'exact' }).data]).toEqual([
      0, 0, 0.125, 0.375, 0.625, 0.875,
    ]);
  });

  it('fast-compat: stretches the whole grid over the slide', () => {
    const { data } = heatmapOverSlide(heatmap, on, { size: { widthPx: 4, heightPx: 1 }, placement: 'fast-compat' });
    expect([...data]).toEqual([0, 0.25, 0.75, 1]);
  });
});

it('cuts the mask where the interpolated probability is over the threshold, not at it', () => {
  const probabilities = { widthPx: 2, heightPx: 1, data: Float32Array.from([0.25, 0.75]) };
  expect([...cutMask(probabilities, { widthPx: 4, heightPx: 1 }, 0.5).data]).toEqual([0, 0, 1, 1]);
  const flat = { widthPx: 1, heightPx: 1, data: Float32Array.from([0.5]) };
  expect([...cutMask(flat, { widthPx: 2, heightPx: 2 }, 0.5).data]).toEqual([0, 0, 0, 0]);
});
