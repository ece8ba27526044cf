import { expect, test } from 'vitest';
import type { RefinementStage } from '../../../domain/bundle.ts';
import type { H2gError } from '../../../domain/error.ts';
import { createRefiner, type Refiner } from '../../../models/create-refiner.ts';
import { loadBundle } from '../../../models/load-bundle.ts';
import type { OnnxGraph } from '../../../models/onnx/onnx-graph.ts';
import {
  channelMeans,
  heatmapAlone,
  imageIdentity,
  imageThenHeatmap,
  imageThenHeatmapPlanes,
  stackedIdentity,
} from './handmade-graphs.ts';
import { writeBundle } from './write-bundle.ts';

const square = { widthPx: 2, heightPx: 2 };
/** Greens of the four pixels are 51, 102, 153 and 204: 0.2 to 0.8. */
const image = { ...square, data: Uint8Array.from([0, 51, 255, 0, 102, 255, 0, 153, 255, 0, 204, 255]) };
const heatmap = { ...square, data: Float32Array.from([0.1, 0.2, 0.3, 0.4]) };
const greens = [0.2, 0.4, 0.6, 0.8].map(Math.fround);
const heat = [0.1, 0.2, 0.3, 0.4].map(Math.fround);

const open = async (refinement: OnnxGraph, refinementFields: Partial<RefinementStage> = {}): Promise<Refiner> => {
  const dir = await writeBundle({ detection: channelMeans(), refinement, refinementFields });
  return createRefiner(await loadBundle(dir), { providers: ['cpu'] });
};

const output = (tumourChannel: number) => ({ output: { name: 'probabilities', tumourChannel } });
const stacked = (layout: 'NHWC' | 'NCHW', order: ['image', 'heatmap'] | ['heatmap', 'image']) => ({
  inputs: { stacked: { name: 'stack', layout, scaling: 'unit' as const, order } },
});
const planes = {
  inputs: {
    image: { name: 'image', layout: 'NCHW' as const, scaling: 'unit' as const },
    heatmap: { name: 'heatmap', layout: 'NCHW' as const },
  },
};

const imageOnly = { inputs: { image: { name: 'image', layout: 'NHWC' as const, scaling: 'unit' as const } } };

test.each([
  ['the image without the heatmap', imageIdentity(), { ...imageOnly, ...output(1) }, greens],
  ['image and heatmap, image channel', imageThenHeatmap(), output(1), greens],
  ['image and heatmap, heatmap channel', imageThenHeatmap(), output(3), heat],
  ['one channel out', heatmapAlone(), output(0), heat],
  ['planes, image channel', imageThenHeatmapPlanes(), { ...planes, ...output(1) }, greens],
  ['planes, heatmap channel', imageThenHeatmapPlanes(), { ...planes, ...output(3) }, heat],
  ['stacked', stackedIdentity([1, 2, 2, 4]), { ...stacked('NHWC', ['image', 'heatmap']), ...output(1) }, greens],
  [
    'stacked, heatmap last',
    stackedIdentity([1, 2, 2, 4]),
    { ...stacked('NHWC', ['image', 'heatmap']), ...output(3) },
    heat,
  ],
  [
    'stacked, heatmap first',
    stackedIdentity([1, 2, 2, 4]),
    { ...stacked('NHWC', ['heatmap', 'image']), ...output(0) },
    heat,
  ],
  [
    'stacked, image behind',
    stackedIdentity([1, 2, 2, 4]),
    { ...stacked('NHWC', ['heatmap', 'image']), ...output(2) },
    greens,
  ],
  ['stacked planes', stackedIdentity([1, 4, 2, 2]), { ...stacked('NCHW', ['image', 'heatmap']), ...output(1) }, greens],
  [
    'stacked planes, heatmap',
    stackedIdentity([1, 4, 2, 2]),
    { ...stacked('NCHW', ['heatmap', 'image']), ...output(0) },
    heat,
  ],
])('%s', async (_, graph, fields, expected) => {
  const refiner = await open(graph, fields);
  const probabilities = await refiner.refine(image, heatmap);
  expect([...probabilities.data]).toEqual(expected);
  expect(probabilities).toMatchObject({ widthPx: 2, heightPx: 2 });
});

test('stretches the image for minmax', async () => {
  const inputs = {
    image: { name: 'image', layout: 'NHWC' as const, scaling: 'minmax' as const },
    heatmap: { name: 'heatmap', layout: 'NHWC' as const },
  };
  const refiner = await open(imageThenHeatmap(), { inputs, ...output(1) });
  const grey = { ...square, data: Uint8Array.from([100, 125, 200, 100, 150, 200, 100, 175, 200, 100, 200, 200]) };
  expect([...(await refiner.refine(grey, heatmap)).data]).toEqual([0.25, 0.5, 0.75, 1]);
});

test('refuses NaN and names bundle, stage and pixel', async () => {
  const refiner = await open(heatmapAlone());
  const holed = { ...square, data: Float32Array.from([0.1, 0.2, Number.NaN, 0.4]) };
  await expect(refiner.refine(image, holed)).rejects.toMatchObject({
    code: 'model-output',
    message:
      'handmade 1.0.0, refinement, output "probabilities" gave NaN for pixel x 0, y 1, expected a probability between 0 and 1',
  });
});

test('refuses pictures of another size', async () => {
  const refiner = await open(heatmapAlone());
  const small = { widthPx: 1, heightPx: 2, data: new Uint8Array(6) };
  await expect(refiner.refine(small, heatmap)).rejects.toMatchObject({
    message: 'the refinement got a picture of 1 x 2, expected 2 x 2',
  });
});

test('refuses a bundle of detection alone', async () => {
  const bundle = await loadBundle(await writeBundle({ detection: channelMeans() }));
  const error: H2gError = await createRefiner(bundle, { providers: ['cpu'] }).then(
    () => expect.unreachable(),
    (thrown: H2gError) => thrown,
  );
  expect(error.code).toBe('bundle-missing');
  expect(error.message).toContain('the bundle handmade 1.0.0 has no refinement network');
});
