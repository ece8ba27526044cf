import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { encodeModel } from '../../../../models/onnx/encode-model.ts';
import type { OnnxGraph } from '../../../../models/onnx/onnx-graph.ts';

/** A graph without computation: it answers its constant. */
const answering = (values: number[]): OnnxGraph => ({
  name: 'answer',
  about: 'a constant',
  inputs: [],
  outputs: [{ name: 'answer', type: 'float32', shape: [values.length] }],
  constants: [{ name: 'constant', type: 'float32', dims: [values.length], values }],
  nodes: [{ op: 'Identity', inputs: ['constant'], outputs: ['answer'] }],
});

test('onnxruntime reads float constants bit for bit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.float(), { minLength: 1, maxLength: 20 }), async (values) => {
      const session = await InferenceSession.create(encodeModel(answering(values)));
      const { answer } = await session.run({});
      await session.release();
      expect(answer?.data).toEqual(Float32Array.from(values));
    }),
    { numRuns: 30 },
  );
});

test('every kind of constant and attribute arrives', async () => {
  const session = await InferenceSession.create(
    encodeModel({
      name: 'kinds',
      about: '',
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 4] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 2, 2] }],
      constants: [
        { name: 'shape', type: 'int64', dims: [3], values: [-1, 2, 2] },
        { name: 'bytes', type: 'uint8', dims: [4], values: [0, 1, 200, 255] },
      ],
      nodes: [
        { op: 'Cast', inputs: ['bytes'], outputs: ['floats'], attributes: { to: { int: 1 } } },
        { op: 'Add', inputs: ['x', 'floats'], outputs: ['sum'] },
        { op: 'LeakyRelu', inputs: ['sum'], outputs: ['leaky'], attributes: { alpha: { float: 0.5 } } },
        { op: 'Reshape', inputs: ['leaky', 'shape'], outputs: ['square'] },
        { op: 'Transpose', inputs: ['square'], outputs: ['turned'], attributes: { perm: { ints: [0, 2, 1] } } },
        { op: 'Identity', inputs: ['turned'], outputs: ['y'] },
      ],
    }),
  );
  expect(session.inputMetadata).toEqual([{ name: 'x', isTensor: true, type: 'float32', shape: ['N', 4] }]);
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.from([-8, 0, 0, 0]), [1, 4]) });
  await session.release();
  expect(y?.dims).toEqual([1, 2, 2]);
  expect(y?.data).toEqual(Float32Array.from([-4, 200, 1, 255]));
});

test('text attributes arrive', async () => {
  const graph = (mode: string): OnnxGraph => ({
    name: 'mode',
    about: '',
    inputs: [{ name: 'x', type: 'float32', shape: [1, 1, 1, 2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1, 1, 4] }],
    constants: [{ name: 'scales', type: 'float32', dims: [4], values: [1, 1, 1, 2] }],
    nodes: [{ op: 'Resize', inputs: ['x', '', 'scales'], outputs: ['y'], attributes: { mode: { text: mode } } }],
  });
  const resized = async (mode: string) => {
    const session = await InferenceSession.create(encodeModel(graph(mode)));
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.from([0, 4]), [1, 1, 1, 2]) });
    await session.release();
    return y?.data;
  };
  expect(await resized('nearest')).toEqual(Float32Array.from([0, 0, 4, 4]));
  expect(await resized('linear')).toEqual(Float32Array.from([0, 1, 3, 4]));
});

test('the same graph gives the same bytes', () => {
  expect(encodeModel(answering([1, 2, 3]))).toEqual(encodeModel(answering([1, 2, 3])));
});
