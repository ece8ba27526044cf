import { expect, it } from 'vitest';
import { heatmapTumour } from '../../../../domain/evaluation/heatmap-tumour.ts';

const CELL_UM = 256;

/** A slide of 5 x 4 cells less a margin: 1200 x 1000 um, 150 x 125 px of 8 um. */
function tumour(scores: readonly number[]): (x: number, y: number) => number | undefined {
  const heatmap = { widthPx: 5, heightPx: 4, data: Float32Array.from(scores) };
  const slideUm = { width: 1200, height: 1000 };
  const { data } = heatmapTumour({ heatmap, cellUm: CELL_UM, slideUm }, { widthPx: 150, heightPx: 125 });
  return (x, y) => data[y * 150 + x];
}

it('cuts at 0.5, that included, cell by cell', () => {
  const at = tumour([0, 0, 0, 0, 0, 0, 0.5, 0.4999, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  // Cell (1, 1) covers 256 to 512 um: pixels 32 to 63 of 8 um.
  expect([at(48, 48), at(32, 48), at(63, 48)]).toEqual([1, 1, 1]);
  expect([at(31, 48), at(64, 48), at(48, 31), at(48, 64)]).toEqual([0, 0, 0, 0]);
});

it('opens: the corners of a lone cell are rounded by the disk', () => {
  const at = tumour([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect([at(32, 32), at(63, 63), at(37, 32)]).toEqual([0, 0, 1]);
});

it('closes: the inner corner of three cells is filled by the disk', () => {
  const at = tumour([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect([at(64, 64), at(70, 70)]).toEqual([1, 0]);
});

it('reaches the slide’s edges, where the last cells hang over', () => {
  const at = tumour(Array.from({ length: 20 }, () => 1));
  expect([at(0, 0), at(149, 0), at(149, 124)]).toEqual([1, 1, 1]);
});
