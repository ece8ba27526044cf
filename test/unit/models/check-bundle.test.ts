import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineBundleDir, demoBundleDir } from '../../../models/shipped-bundles.ts';
import { type BundleCheck, checkBundle, requireSound } from '../../../models/check-bundle.ts';
import {
  bytesIn,
  channelMeans,
  heatmapAlone,
  imageIdentity,
  imageThenHeatmap,
  imageThenHeatmapPlanes,
  scaledMeans,
  stackedIdentity,
  twoOutputs,
} from './handmade-graphs.ts';
import { type BundleParts, sha256, writeBundle } from './write-bundle.ts';

const check = async (parts: BundleParts): Promise<BundleCheck> =>
  checkBundle(await writeBundle(parts), { providers: ['cpu'] });

const failures = ({ findings }: BundleCheck) =>
  findings.flatMap((finding) =>
    finding.ok ? [] : [{ check: finding.check, code: finding.error.code, message: finding.message }],
  );

test('the baseline bundle is sound', async () => {
  const result = await checkBundle(baselineBundleDir(), { providers: ['cpu'] });
  expect(failures(result)).toEqual([]);
  expect(result.ok).toBe(true);
  expect(result.findings).toHaveLength(9);
  expect(() => requireSound(result)).not.toThrow();
});

test('the trained demo bundle is sound', async () => {
  const result = await checkBundle(demoBundleDir(), { providers: ['cpu'] });
  expect(failures(result)).toEqual([]);
});

test.each<[string, BundleParts]>([
  ['detection alone', { detection: channelMeans() }],
  ['a fixed number of patches', { detection: channelMeans(3) }],
  ['several outputs', { detection: twoOutputs(), detectionFields: { output: { name: 'second', tumourChannel: 0 } } }],
  ['one channel out', { detection: channelMeans(), refinement: heatmapAlone() }],
  [
    'planes',
    {
      detection: channelMeans(),
      refinement: imageThenHeatmapPlanes(),
      refinementFields: {
        inputs: {
          image: { name: 'image', layout: 'NCHW', scaling: 'minmax' },
          heatmap: { name: 'heatmap', layout: 'NCHW' },
        },
      },
    },
  ],
  [
    'a refinement that sees no heatmap',
    {
      detection: channelMeans(),
      refinement: imageIdentity(),
      refinementFields: { inputs: { image: { name: 'image', layout: 'NHWC', scaling: 'unit' } } },
    },
  ],
  [
    'one input of four channels',
    {
      detection: channelMeans(),
      refinement: stackedIdentity([1, 2, 2, 4]),
      refinementFields: {
        inputs: { stacked: { name: 'stack', layout: 'NHWC', scaling: 'unit', order: ['heatmap', 'image'] } },
      },
    },
  ],
])('a bundle with %s is sound', async (_, parts) => {
  expect(failures(await check(parts))).toEqual([]);
});

test.each<[string, BundleParts, { check: string; code: string; message: string }]>([
  [
    'a wrong digest',
    { detection: channelMeans(), detectionFields: { sha256: '0'.repeat(64) } },
    {
      check: 'detection file',
      code: 'bundle-invalid',
      message: `bundle.json says ${'0'.repeat(64)} (detection.sha256)`,
    },
  ],
  [
    'a wrong input name',
    { detection: channelMeans(), detectionFields: { input: { name: 'input_1', layout: 'NHWC', scaling: 'unit' } } },
    {
      check: 'detection interface',
      code: 'bundle-invalid',
      message:
        'detection.input.name is "input_1", but the graph\'s inputs are patch (float32, N x 2 x 2 x 3); the graph also wants the input patch (float32, N x 2 x 2 x 3), which bundle.json does not name',
    },
  ],
  [
    'a wrong output name',
    { detection: twoOutputs(), detectionFields: { output: { name: 'third', tumourChannel: 0 } } },
    {
      check: 'detection interface',
      code: 'bundle-invalid',
      message:
        'detection.output.name is "third", but the graph\'s outputs are first (float32, N x 3), second (float32, N x 3)',
    },
  ],
  [
    'a wrong layout',
    { detection: channelMeans(), detectionFields: { input: { name: 'patch', layout: 'NCHW', scaling: 'unit' } } },
    {
      check: 'detection interface',
      code: 'bundle-invalid',
      message: 'has the shape N x 2 x 2 x 3, expected N x 3 x 2 x 2',
    },
  ],
  [
    'a tumour channel that is not there',
    { detection: channelMeans(), detectionFields: { output: { name: 'probabilities', tumourChannel: 3 } } },
    { check: 'detection interface', code: 'bundle-invalid', message: 'has the shape N x 3, expected N x 4 or more' },
  ],
  [
    'another type of value',
    { detection: bytesIn() },
    { check: 'detection interface', code: 'bundle-invalid', message: 'holds uint8 values, expected float32' },
  ],
  [
    'NaN for zeros',
    { detection: scaledMeans(Number.NaN) },
    { check: 'detection trial run', code: 'model-output', message: 'gave NaN for patch 0' },
  ],
  [
    'a heatmap that bundle.json forgets',
    {
      detection: channelMeans(),
      refinement: imageThenHeatmap(),
      refinementFields: { inputs: { image: { name: 'image', layout: 'NHWC', scaling: 'unit' } } },
    },
    {
      check: 'refinement interface',
      code: 'bundle-invalid',
      message: 'the graph also wants the input heatmap (float32, 1 x 2 x 2 x 1), which bundle.json does not name',
    },
  ],
  [
    'another refinement size',
    { detection: channelMeans(), refinement: heatmapAlone(), refinementFields: { sizePx: 1024 } },
    {
      check: 'refinement interface',
      code: 'bundle-invalid',
      message: 'input "image" has the shape 1 x 2 x 2 x 3, expected N x 1024 x 1024 x 3',
    },
  ],
  [
    'NaN from the refinement',
    { detection: channelMeans(), refinement: heatmapAlone(Number.NaN) },
    { check: 'refinement trial run', code: 'model-output', message: 'gave NaN for pixel x 0, y 0' },
  ],
])('finds %s', async (_, parts, expected) => {
  const result = await check(parts);
  expect(result.ok).toBe(false);
  expect(failures(result)).toEqual([{ ...expected, message: expect.stringContaining(expected.message) }]);
  expect(() => requireSound(result)).toThrow(expect.objectContaining({ code: expected.code }));
});

test('prints the names in the graph even when everything else is wrong', async () => {
  const fields = { sha256: '0'.repeat(64), input: { name: '?', layout: 'NHWC', scaling: 'unit' } } as const;
  const { graphs, ok } = await check({ detection: channelMeans(), detectionFields: fields });
  expect(ok).toBe(false);
  expect(graphs).toEqual([
    {
      stage: 'detection',
      inputs: [{ name: 'patch', type: 'float32', shape: ['N', 2, 2, 3] }],
      outputs: [{ name: 'probabilities', type: 'float32', shape: ['N', 3] }],
    },
  ]);
});

test('a file that is no network is said to be none', async () => {
  const dir = await writeBundle({
    detection: channelMeans(),
    detectionFields: { sha256: sha256(Buffer.from('hello')) },
  });
  await writeFile(join(dir, 'detection.onnx'), 'hello');
  const found = failures(await checkBundle(dir, { providers: ['cpu'] }));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ check: 'detection graph', code: 'bundle-invalid' });
  expect(found[0]?.message).toContain('detection.onnx is no network that onnxruntime can open');
});

test('a missing file is told once', async () => {
  const dir = await writeBundle({ detection: channelMeans(), refinement: heatmapAlone() });
  await rm(join(dir, 'detection.onnx'));
  expect(failures(await checkBundle(dir, { providers: ['cpu'] }))).toEqual([
    expect.objectContaining({ check: 'detection file', code: 'bundle-missing' }),
  ]);
});

test('a folder without bundle.json is no bundle', async () => {
  const dir = await writeBundle({ detection: channelMeans() });
  await rm(join(dir, 'bundle.json'));
  const result = await checkBundle(dir, { providers: ['cpu'] });
  expect(failures(result)).toEqual([expect.objectContaining({ check: 'bundle.json', code: 'bundle-missing' })]);
  expect(result.bundle).toBeUndefined();
});

test('an abort ends the check', async () => {
  const dir = await writeBundle({ detection: channelMeans() });
  const signal = AbortSignal.abort();
  await expect(checkBundle(dir, { providers: ['cpu'], signal })).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  );
});

test('leaves the bundle as it is', async () => {
  const dir = await writeBundle({ detection: channelMeans() });
  const before = await readFile(join(dir, 'bundle.json'));
  await checkBundle(dir, { providers: ['cpu'] });
  expect(await readFile(join(dir, 'bundle.json'))).toEqual(before);
});
