import { afterAll, beforeAll, expect, test } from 'vitest';
import { baselineBundleDir } from '../../../../models/shipped-bundles.ts';
import { createRefiner, type Refiner } from '../../../../models/create-refiner.ts';
import { loadBundle } from '../../../../models/load-bundle.ts';

const SIDE = 1024;
const square = { widthPx: SIDE, heightPx: SIDE };
const STROMA = [230, 170, 200] as const;

let refiner: Refiner;
beforeAll(async () => {
  refiner = await createRefiner(await loadBundle(baselineBundleDir()), { providers: ['cpu'] });
});
afterAll(() => refiner.release());

const imageOf = (colour: readonly [number, number, number]) => ({
  ...square,
  data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) => colour[index % 3] ?? 0),
});
const heatmapOf = (heatAt: (x: number, y: number) => number) => ({
  ...square,
  data: Float32Array.from({ length: SIDE * SIDE }, (_, index) => heatAt(index % SIDE, Math.floor(index / SIDE))),
});
const at = (data: Float32Array, x: number, y: number): number => data[y * SIDE + x] ?? Number.NaN;

/** How much a pixel counts as tissue: logistic in one minus its darkest channel, 0.5 at 0.12. */
const tissue = (darkest: number): number => 1 / (1 + Math.exp(-50 * (1 - darkest / 255 - 0.12)));

test('a flat heatmap stays, also at the border; tissue of stroma counts nearly full', async () => {
  const { data } = await refiner.refine(
    imageOf(STROMA),
    heatmapOf(() => 0.7),
  );
  const expected = 0.7 * tissue(170);
  expect(expected).toBeGreaterThan(0.6999);
  for (const [x, y] of [
    [0, 0],
    [512, 512],
    [1023, 0],
    [1023, 1023],
    [3, 700],
  ] as const) {
    expect(at(data, x, y)).toBeCloseTo(expected, 5);
  }
});

test('glass has no tumour, whatever the heatmap says', async () => {
  const { data } = await refiner.refine(
    imageOf([255, 255, 255]),
    heatmapOf(() => 1),
  );
  expect(at(data, 512, 512)).toBeCloseTo(tissue(255), 6);
  expect(at(data, 512, 512)).toBeLessThan(0.01);
});

test('a single hot pixel becomes a window of 15 x 15 of its share', async () => {
  const { data } = await refiner.refine(
    imageOf(STROMA),
    heatmapOf((x, y) => (x === 300 && y === 600 ? 1 : 0)),
  );
  const inside = tissue(170) / 225;
  expect(at(data, 300, 600)).toBeCloseTo(inside, 6);
  expect(at(data, 293, 607)).toBeCloseTo(inside, 6);
  expect(at(data, 292, 600)).toBe(0);
  expect(at(data, 300, 608)).toBe(0);
});

test('at a corner the mean is over the 8 x 8 pixels that are there', async () => {
  const { data } = await refiner.refine(
    imageOf(STROMA),
    heatmapOf((x, y) => (x === 0 && y === 0 ? 1 : 0)),
  );
  expect(at(data, 0, 0)).toBeCloseTo(tissue(170) / 64, 6);
  expect(at(data, 7, 7)).toBeCloseTo(tissue(170) / 225, 6);
});

test('a lone cell of 10 px is no tumour, a nest of 30 px is', async () => {
  const nest = (sidePx: number) =>
    heatmapOf((x, y) => (x >= 500 && x < 500 + sidePx && y >= 500 && y < 500 + sidePx ? 1 : 0));
  const lone = await refiner.refine(imageOf(STROMA), nest(10));
  expect(Math.max(...lone.data.subarray(500 * SIDE, 512 * SIDE))).toBeCloseTo((100 / 225) * tissue(170), 5);
  const large = await refiner.refine(imageOf(STROMA), nest(30));
  expect(at(large.data, 515, 515)).toBeCloseTo(tissue(170), 5);
});
