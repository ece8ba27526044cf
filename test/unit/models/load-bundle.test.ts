import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadBundle } from '../../../models/load-bundle.ts';
import { channelMeans, heatmapAlone } from './handmade-graphs.ts';
import { sha256, writeBundle } from './write-bundle.ts';

const write = () => writeBundle({ detection: channelMeans(), refinement: heatmapAlone() });

test('gives manifest, digest of the manifest and the paths of the files', async () => {
  const dir = await write();
  const bundle = await loadBundle(dir);
  expect(bundle.manifest.id).toBe('handmade');
  expect(bundle.digest).toBe(sha256(await readFile(join(dir, 'bundle.json'))));
  expect(bundle.file('detection')).toBe(join(dir, 'detection.onnx'));
  expect(bundle.file('refinement')).toBe(join(dir, 'refinement.onnx'));
});

test('a bundle of detection alone has no refinement file', async () => {
  const bundle = await loadBundle(await writeBundle({ detection: channelMeans() }));
  expect(bundle.file('refinement')).toBeUndefined();
});

test.each(['bundle.json', 'detection.onnx', 'refinement.onnx'])('says that %s is missing', async (name) => {
  const dir = await write();
  await rm(join(dir, name));
  await expect(loadBundle(dir)).rejects.toMatchObject({
    code: 'bundle-missing',
    message: expect.stringContaining(`${join(dir, name)} cannot be read (ENOENT)`),
  });
});

test.each(['detection', 'refinement'])('says that the %s file has another digest, with both', async (stage) => {
  const dir = await write();
  const path = join(dir, `${stage}.onnx`);
  const before = sha256(await readFile(path));
  await truncate(path, 20);
  const after = sha256(await readFile(path));
  await expect(loadBundle(dir)).rejects.toMatchObject({
    code: 'bundle-invalid',
    message: `${path}: its SHA-256 is ${after}, bundle.json says ${before} (${stage}.sha256)`,
  });
});

describe('a bundle.json that is wrong is told field by field', () => {
  /** Gives what `loadBundle` says after the JSON was changed. */
  async function complaint(change: (text: string) => string): Promise<string> {
    const dir = await write();
    const path = join(dir, 'bundle.json');
    const text = await readFile(path, 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(path, changed);
    const error = await loadBundle(dir).then(
      () => expect.unreachable('it was accepted'),
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'bundle-invalid' });
    return (error as Error).message.replace(`${path}: `, '');
  }

  test.each([
    ['"patchPx":2', '"patchPx":"2"', 'detection.patchPx is "2", expected a number'],
    ['"patchPx":2', '"patchPx":2.5', 'detection.patchPx is 2.5, expected a whole number'],
    ['"patchPx":2', '"patchPx":0', 'detection.patchPx is 0, expected more than 0'],
    ['"mppTolerance":0.1', '"mppTolerance":0.7', 'detection.mppTolerance is 0.7, expected at most 0.5'],
    ['"patchPx":2,', '', 'detection.patchPx is missing, expected a number'],
    ['"layout":"NHWC"', '"layout":"NHCW"', 'detection.input.layout is "NHCW", expected one of "NHWC", "NCHW"'],
    ['"schema":"h2g-bundle/1"', '"schema":"h2g-bundle/2"', 'schema is "h2g-bundle/2", expected "h2g-bundle/1"'],
    ['"licence":"MIT"', '"licence":""', 'licence is "", expected at least 1 characters'],
    ['"batch":4', '"batch":4,"patchMm":1', 'detection has names that mean nothing here: patchMm'],
    [
      '"file":"detection.onnx"',
      '"file":"../x.onnx"',
      'detection.file is "../x.onnx", expected a plain file name inside the bundle',
    ],
    ['"id":"handmade"', '"id":"a b"', 'id is "a b", expected letters, digits, dots, hyphens or underscores'],
  ])('%s -> %s', async (from, to, expected) => {
    expect(await complaint((text) => text.replace(from, to))).toBe(expected);
  });

  test('in the two-input refinement', async () => {
    const inputs = '"inputs":{"image":{"name":"image","layout":"NHWC","scaling":"unit"}';
    expect(await complaint((text) => text.replace(inputs, inputs.replace('unit', 'percent')))).toBe(
      'refinement.inputs.image.scaling is "percent", expected one of "unit", "minmax"',
    );
  });

  test('in the stacked refinement', async () => {
    const stacked = '"inputs":{"stacked":{"name":"x","layout":"NHWC","scaling":"unit","order":["image","image"]}}';
    const twoInputs = /"inputs":\{"image".*?\}\}/;
    expect(await complaint((text) => text.replace(twoInputs, stacked))).toBe(
      'refinement.inputs.stacked.order has "image" twice, expected "image" and "heatmap"',
    );
    expect(await complaint((text) => text.replace(twoInputs, stacked.replace(',"order":["image","image"]', '')))).toBe(
      'refinement.inputs.stacked.order is missing, expected a list of two names',
    );
  });

  test('all problems at once', async () => {
    const message = await complaint((text) => text.replace('"batch":4', '"batch":0').replace('"mpp":1', '"mpp":-1'));
    expect(message).toBe('detection.mpp is -1, expected more than 0; detection.batch is 0, expected more than 0');
  });

  test('text that is no JSON', async () => {
    expect(await complaint((text) => text.slice(0, 30))).toMatch(/^this is not JSON \(.*\)$/);
  });

  test('JSON that is no object', async () => {
    expect(await complaint(() => '[]')).toBe('the file is [], expected a group of fields in braces');
  });
});
