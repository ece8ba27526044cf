import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baselineBundleDir } from '../../../../models/shipped-bundles.ts';
import { type Classifier, createClassifier } from '../../../../models/create-classifier.ts';
import { loadBundle } from '../../../../models/load-bundle.ts';

type Rgb = readonly [number, number, number];

const PATCH_PX = 256;
const NUCLEUS: Rgb = [90, 60, 140];
const STROMA: Rgb = [230, 170, 200];
const GLASS: Rgb = [255, 255, 255];

let classifier: Classifier;
beforeAll(async () => {
  classifier = await createClassifier(await loadBundle(baselineBundleDir()), { providers: ['cpu'] });
});
afterAll(() => classifier.release());

/** A patch whose first rows have one colour and whose rest has another. */
function patchOf(top: Rgb, { rows, bottom }: { rows: number; bottom: Rgb }): Uint8Array {
  const patch = new Uint8Array(PATCH_PX * PATCH_PX * 3);
  for (let pixel = 0; pixel < PATCH_PX * PATCH_PX; pixel += 1)
    patch.set(pixel < rows * PATCH_PX ? top : bottom, pixel * 3);
  return patch;
}

const flat = (colour: Rgb): Uint8Array => patchOf(colour, { rows: PATCH_PX, bottom: colour });

/**
 * Colour deconvolution by Cramer's rule: which amounts of haematoxylin, eosin and their normal add up to this optical density?
 * Vectors after Ruifrok and Johnston; the answer is the amount of haematoxylin in units of its unit vector.
 */
function haematoxylinOf(colour: Rgb): number {
  const density = colour.map((value) => -Math.log10(Math.max(value, 1) / 255)) as [number, number, number];
  const h = normalised([0.65, 0.704, 0.286]);
  const e = normalised([0.072, 0.99, 0.105]);
  const n: Vector = [h[1] * e[2] - h[2] * e[1], h[2] * e[0] - h[0] * e[2], h[0] * e[1] - h[1] * e[0]];
  return determinant([density, e, n]) / determinant([h, e, n]);
}

type Vector = [number, number, number];
const normalised = (v: Vector): Vector => v.map((x) => x / Math.hypot(...v)) as Vector;
const determinant = ([a, b, c]: [Vector, Vector, Vector]): number =>
  a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const nuclear = (colour: Rgb): number => logistic(NUCLEUS_STEEPNESS * (haematoxylinOf(colour) - NUCLEUS_MIDDLE));
const tumour = (density: number): number => logistic(TUMOUR_STEEPNESS * (density - TUMOUR_MIDDLE));

/** The numbers that the decision record states. */
const [NUCLEUS_MIDDLE, NUCLEUS_STEEPNESS, TUMOUR_MIDDLE, TUMOUR_STEEPNESS] = [0.45, 20, 0.27, 20];

test('a patch of one colour is the closed form', async () => {
  const channel = fc.integer({ min: 0, max: 255 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(channel, channel, channel), async (colour) => {
      const [score = Number.NaN] = await classifier.classify(flat(colour), 1);
      expect(Math.abs(score - tumour(nuclear(colour)))).toBeLessThan(2e-5);
    }),
    { numRuns: 40, examples: [[[0, 0, 0]], [[255, 255, 255]], [[90, 60, 140]], [[0, 255, 255]]] },
  );
});

test('a patch of two colours is the mean of their nuclear densities', async () => {
  for (const rows of [0, 25, 50, 70, 100, 256]) {
    const [score = Number.NaN] = await classifier.classify(patchOf(NUCLEUS, { rows, bottom: STROMA }), 1);
    const density = (rows * nuclear(NUCLEUS) + (PATCH_PX - rows) * nuclear(STROMA)) / PATCH_PX;
    expect(Math.abs(score - tumour(density))).toBeLessThan(2e-5);
  }
});

test('glass and stroma are no tumour, crowded nuclei are, more nuclei are more', async () => {
  const scoreOf = async (patch: Uint8Array) => (await classifier.classify(patch, 1))[0] ?? Number.NaN;
  expect(await scoreOf(flat(GLASS))).toBeLessThan(0.01);
  expect(await scoreOf(flat(STROMA))).toBeLessThan(0.01);
  const sparse = await scoreOf(patchOf(NUCLEUS, { rows: 20, bottom: STROMA }));
  const crowded = await scoreOf(patchOf(NUCLEUS, { rows: 130, bottom: STROMA }));
  expect(sparse).toBeLessThan(0.1);
  expect(crowded).toBeGreaterThan(0.9);
});

test('the same patch gives the same bits wherever it stands', async () => {
  const patch = patchOf(NUCLEUS, { rows: 70, bottom: STROMA });
  const three = Buffer.concat([flat(GLASS), patch, flat(NUCLEUS)]);
  const [, among = Number.NaN] = await classifier.classify(three, 3);
  const [alone] = await classifier.classify(patch, 1);
  expect(among).toBe(alone);
});
