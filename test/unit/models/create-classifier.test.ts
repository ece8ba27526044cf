import { expect, test } from 'vitest';
import type { DetectionStage } from '../../../domain/bundle.ts';
import { H2gError } from '../../../domain/error.ts';
import { type Classifier, createClassifier } from '../../../models/create-classifier.ts';
import { loadBundle } from '../../../models/load-bundle.ts';
import type { OnnxGraph } from '../../../models/onnx/onnx-graph.ts';
import { bytesIn, channelMeans, planeMeans, scaledMeans, twoOutputs } from './handmade-graphs.ts';
import { writeBundle } from './write-bundle.ts';

const open = async (detection: OnnxGraph, detectionFields: Partial<DetectionStage> = {}): Promise<Classifier> =>
  createClassifier(await loadBundle(await writeBundle({ detection, detectionFields })), { providers: ['cpu'] });

/** Patches of 2 x 2 pixels, each of one colour. */
const patchesOf = (...colours: [number, number, number][]): Uint8Array =>
  Uint8Array.from(colours.flatMap((colour) => [...colour, ...colour, ...colour, ...colour]));

const codeOf = async (act: Promise<unknown>): Promise<H2gError> => {
  const thrown = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(H2gError);
  return thrown as H2gError;
};

test('gives the tumour channel of every patch, in order', async () => {
  const classifier = await open(channelMeans());
  const scores = await classifier.classify(patchesOf([255, 0, 0], [0, 255, 0], [9, 51, 200]), 3);
  expect([...scores]).toEqual([0, 1, Math.fround(0.2)]);
  expect(classifier).toMatchObject({ provider: 'cpu', skipped: [], patchesPerCall: 1 });
});

test('takes another channel when the bundle says so', async () => {
  const classifier = await open(channelMeans(), { output: { name: 'probabilities', tumourChannel: 2 } });
  expect([...(await classifier.classify(patchesOf([0, 0, 51]), 1))]).toEqual([Math.fround(0.2)]);
});

test('lays the channels in planes for NCHW', async () => {
  const classifier = await open(planeMeans(), { input: { name: 'patch', layout: 'NCHW', scaling: 'unit' } });
  expect([...(await classifier.classify(patchesOf([255, 51, 0], [51, 255, 0]), 2))]).toEqual([Math.fround(0.2), 1]);
});

test('stretches every patch on its own for minmax; a flat patch is all zeros', async () => {
  const classifier = await open(channelMeans(), { input: { name: 'patch', layout: 'NHWC', scaling: 'minmax' } });
  const scores = await classifier.classify(patchesOf([100, 150, 200], [10, 10, 10], [0, 30, 40]), 3);
  expect([...scores]).toEqual([0.5, 0, 0.75]);
});

test('fills the last call of a graph with a fixed number of patches', async () => {
  const classifier = await open(channelMeans(4));
  expect(classifier.patchesPerCall).toBe(4);
  const colours = [0, 51, 102, 153, 204, 255].map((green): [number, number, number] => [7, green, 9]);
  const scores = await classifier.classify(patchesOf(...colours), 6);
  expect([...scores]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
});

test('reads the output that counts and no other', async () => {
  const classifier = await open(twoOutputs(), { output: { name: 'second', tumourChannel: 1 } });
  expect([...(await classifier.classify(patchesOf([0, 51, 0]), 1))]).toEqual([Math.fround(1 - Math.fround(0.2))]);
});

test('keeps calls apart that are made at the same time', async () => {
  const classifier = await open(channelMeans());
  const greens = Array.from({ length: 20 }, (_, index) => index * 10);
  const scores = await Promise.all(greens.map((green) => classifier.classify(patchesOf([0, green, 0]), 1)));
  expect(scores.map(([score]) => score)).toEqual(greens.map((green) => Math.fround(green / 255)));
});

test.each([
  ['NaN', Number.NaN, 'NaN'],
  ['an infinity', Number.POSITIVE_INFINITY, 'Infinity'],
  ['more than one', 2, '2'],
  ['less than zero', -1, '-1'],
])('refuses %s and names bundle, stage and patch', async (_, factor, shown) => {
  const classifier = await open(scaledMeans(factor));
  const white: [number, number, number] = [255, 255, 255];
  const error = await codeOf(classifier.classify(patchesOf(white, white), 2));
  expect(error.code).toBe('model-output');
  expect(error.message).toBe(
    `handmade 1.0.0, detection, output "probabilities" gave ${shown} for patch 0, expected a probability between 0 and 1`,
  );
});

test('names the patch whose answer is wrong, and works on afterwards', async () => {
  const classifier = await open(scaledMeans(2));
  const error = await codeOf(classifier.classify(patchesOf([0, 0, 0], [0, 100, 0], [0, 255, 0]), 3));
  expect(error.message).toContain('for patch 2,');
  expect([...(await classifier.classify(patchesOf([0, 51, 0]), 1))]).toEqual([Math.fround(0.4)]);
});

test('takes rounding beyond one as one', async () => {
  const classifier = await open(scaledMeans(1.0000002));
  expect([...(await classifier.classify(patchesOf([255, 255, 255]), 1))]).toEqual([1]);
});

test('refuses a buffer that is shorter than its count of patches', async () => {
  const classifier = await open(channelMeans());
  const error = await codeOf(classifier.classify(new Uint8Array(23), 2));
  expect(error.message).toBe('the patches hold 23 bytes, expected 24');
});

test('refuses a graph whose input is of another type', async () => {
  const error = await codeOf(open(bytesIn()));
  expect(error.code).toBe('bundle-invalid');
  expect(error.message).toContain('input "patch" holds uint8 values, expected float32');
});

test('refuses a graph of another patch size', async () => {
  const error = await codeOf(open(channelMeans(), { patchPx: 256 }));
  expect(error.code).toBe('bundle-invalid');
  expect(error.message).toContain('has the shape N x 2 x 2 x 3, expected N x 256 x 256 x 3');
});
