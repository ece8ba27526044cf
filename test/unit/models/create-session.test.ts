import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs/light.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession } from '../../../models/create-session.ts';
import { encodeModel } from '../../../models/onnx/encode-model.ts';
import type { Provider } from '../../../domain/provider.ts';
import { channelMeans } from './handmade-graphs.ts';

let dir: string;
let file: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'h2g-session-'));
  file = join(dir, 'means.onnx');
  await writeFile(file, encodeModel(channelMeans()));
});
afterAll(() => rm(dir, { recursive: true }));

test('uses the first provider that can', async () => {
  const { session, provider, skipped } = await createSession({ file, providers: ['cpu', 'cuda'] });
  expect({ provider, skipped }).toEqual({ provider: 'cpu', skipped: [] });
  expect(session.inputNames).toEqual(['patch']);
  await session.release();
});

/** Providers that this machine lacks are found by trying, since a test may run on a machine with a GPU. */
async function absentProviders(): Promise<Provider[]> {
  const tries = (['tensorrt', 'cuda', 'webgpu'] as const).map(async (provider) => {
    const open = await createSession({ file, providers: [provider] }).catch(() => undefined);
    await open?.session.release();
    return open === undefined ? [provider] : [];
  });
  return (await Promise.all(tries)).flat();
}

test('says why an earlier provider was not used, on one line each', async (context) => {
  const absent = await absentProviders();
  context.skip(absent.length === 0, 'every provider works on this machine');
  const { session, provider, skipped } = await createSession({ file, providers: [...absent, 'cpu'] });
  expect(provider).toBe('cpu');
  expect(skipped.map((one) => one.provider)).toEqual(absent);
  for (const { reason } of skipped) {
    expect(reason).toMatch(/^\S.{9,299}$/);
    expect(reason).not.toContain('\n');
  }
  await session.release();
});

test('does not fall back on what was not asked for', async (context) => {
  const absent = await absentProviders();
  context.skip(absent.length === 0, 'every provider works on this machine');
  await expect(createSession({ file, providers: absent })).rejects.toMatchObject({
    code: 'provider-unavailable',
    message: expect.stringContaining(`${absent[0]}: `),
    hint: expect.stringContaining('cpu'),
  });
});

test('refuses an empty list', async () => {
  await expect(createSession({ file, providers: [] })).rejects.toMatchObject({
    code: 'provider-unavailable',
    message: `no execution provider could open ${file} (none was named)`,
  });
});

test.each([
  ['an empty file', ''],
  ['text', 'not a network'],
])('refuses %s', async (_, content) => {
  const broken = join(dir, 'broken.onnx');
  await writeFile(broken, content);
  await expect(createSession({ file: broken, providers: ['cpu'] })).rejects.toMatchObject({
    code: 'bundle-invalid',
    message: expect.stringContaining(`${broken} is no network that onnxruntime can open: `),
  });
});

test('refuses a truncated network', async () => {
  const broken = join(dir, 'truncated.onnx');
  await writeFile(broken, encodeModel(channelMeans()).subarray(0, 60));
  await expect(createSession({ file: broken, providers: ['cpu'] })).rejects.toMatchObject({ code: 'bundle-invalid' });
});

test('says that a file is missing', async () => {
  await expect(createSession({ file: join(dir, 'none.onnx'), providers: ['cpu'] })).rejects.toMatchObject({
    code: 'bundle-missing',
    message: expect.stringContaining('ENOENT'),
  });
});

test('refuses weights in a file beside it, which no digest covers', async () => {
  const graph = encodeModel({
    name: 'sum',
    about: '',
    inputs: [{ name: 'x', type: 'float32', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
    constants: [],
    nodes: [{ op: 'Add', inputs: ['x', 'weights'], outputs: ['y'] }],
  });
  const outside = join(dir, 'outside.onnx');
  await writeFile(join(dir, 'weights.bin'), new Uint8Array(8));
  await writeFile(outside, Buffer.concat([graph, initializerInFile('weights', 'weights.bin')]));
  await expect(createSession({ file: outside, providers: ['cpu'] })).rejects.toMatchObject({
    code: 'bundle-invalid',
    hint: expect.stringContaining('weights must lie in the same file'),
  });
});

/** A piece of a ModelProto that adds an initializer of two floats to its graph, kept in another file; protobuf merges such pieces. */
function initializerInFile(name: string, location: string): Uint8Array {
  const entry = protobuf.Writer.create().uint32(10).string('location').uint32(18).string(location).finish();
  const tensor = protobuf.Writer.create();
  tensor.uint32(8).int64(2); // dims
  tensor.uint32(16).int32(1); // float32
  tensor.uint32(66).string(name);
  tensor.uint32(106).bytes(entry); // external_data
  tensor.uint32(112).int32(1); // data_location: EXTERNAL
  const graph = protobuf.Writer.create().uint32(42).bytes(tensor.finish()).finish();
  return protobuf.Writer.create().uint32(58).bytes(graph).finish();
}
