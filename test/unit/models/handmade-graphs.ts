import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from '../../../models/onnx/onnx-graph.ts';

const float = (name: string, shape: (number | string)[]): OnnxValue => ({ name, type: 'float32', shape });
const scalar = (name: string, value: number): OnnxConstant => ({ name, type: 'float32', dims: [], values: [value] });

interface Parts {
  readonly inputs: OnnxValue[];
  readonly outputs: OnnxValue[];
  readonly constants?: OnnxConstant[];
  readonly nodes: OnnxNode[];
}

const graph = ({ constants = [], ...parts }: Parts): OnnxGraph => ({
  name: 'handmade',
  about: '',
  constants,
  ...parts,
});

/** Answers the mean of each channel: N x 2 x 2 x 3 in, N x 3 out, so channel 1 is the mean green. */
export const channelMeans = (batch: number | string = 'N'): OnnxGraph =>
  graph({
    inputs: [float('patch', [batch, 2, 2, 3])],
    outputs: [float('probabilities', [batch, 3])],
    nodes: [reduceMean('patch', 'probabilities', [1, 2])],
  });

/** The same of planes: N x 3 x 2 x 2 in, N x 3 out. */
export const planeMeans = (): OnnxGraph =>
  graph({
    inputs: [float('patch', ['N', 3, 2, 2])],
    outputs: [float('probabilities', ['N', 3])],
    nodes: [reduceMean('patch', 'probabilities', [2, 3])],
  });

/** Channel means, each times `factor`: NaN, 1e30 or 2 make answers that are no probabilities. */
export const scaledMeans = (factor: number): OnnxGraph =>
  graph({
    inputs: [float('patch', ['N', 2, 2, 3])],
    outputs: [float('probabilities', ['N', 3])],
    constants: [scalar('factor', factor)],
    nodes: [
      reduceMean('patch', 'means', [1, 2]),
      { op: 'Mul', inputs: ['means', 'factor'], outputs: ['probabilities'] },
    ],
  });

/** Two outputs as of a network with deep supervision: `first` is the channel means, `second` one minus them. */
export const twoOutputs = (): OnnxGraph =>
  graph({
    inputs: [float('patch', ['N', 2, 2, 3])],
    outputs: [float('first', ['N', 3]), float('second', ['N', 3])],
    constants: [scalar('one', 1)],
    nodes: [reduceMean('patch', 'first', [1, 2]), { op: 'Sub', inputs: ['one', 'first'], outputs: ['second'] }],
  });

/** Image and heatmap laid one behind the other: 1 x 2 x 2 x 4 out. */
export const imageThenHeatmap = (): OnnxGraph =>
  graph({
    inputs: [float('image', [1, 2, 2, 3]), float('heatmap', [1, 2, 2, 1])],
    outputs: [float('probabilities', [1, 2, 2, 4])],
    nodes: [
      { op: 'Concat', inputs: ['image', 'heatmap'], outputs: ['probabilities'], attributes: { axis: { int: 3 } } },
    ],
  });

/** Gives the image back; there is no heatmap: 1 x 2 x 2 x 3 in and out. */
export const imageIdentity = (): OnnxGraph =>
  graph({
    inputs: [float('image', [1, 2, 2, 3])],
    outputs: [float('probabilities', [1, 2, 2, 3])],
    nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['probabilities'] }],
  });

/** Planes: image 1 x 3 x 2 x 2 and heatmap 1 x 1 x 2 x 2 in, 1 x 4 x 2 x 2 out. */
export const imageThenHeatmapPlanes = (): OnnxGraph =>
  graph({
    inputs: [float('image', [1, 3, 2, 2]), float('heatmap', [1, 1, 2, 2])],
    outputs: [float('probabilities', [1, 4, 2, 2])],
    nodes: [
      { op: 'Concat', inputs: ['image', 'heatmap'], outputs: ['probabilities'], attributes: { axis: { int: 1 } } },
    ],
  });

/** Gives one input of four channels back as it is, in the shape that is given. */
export const stackedIdentity = (shape: number[]): OnnxGraph =>
  graph({
    inputs: [float('stack', shape)],
    outputs: [float('probabilities', shape)],
    nodes: [{ op: 'Identity', inputs: ['stack'], outputs: ['probabilities'] }],
  });

/** Gives the heatmap back, one channel; the image is looked at but changes nothing. */
export const heatmapAlone = (factor = 1): OnnxGraph =>
  graph({
    inputs: [float('image', [1, 2, 2, 3]), float('heatmap', [1, 2, 2, 1])],
    outputs: [float('probabilities', [1, 2, 2, 1])],
    constants: [scalar('factor', factor), scalar('nothing', 0)],
    nodes: [
      { op: 'Mul', inputs: ['heatmap', 'factor'], outputs: ['scaled'] },
      {
        op: 'ReduceMean',
        inputs: ['image'],
        outputs: ['grey'],
        attributes: { axes: { ints: [3] }, keepdims: { int: 1 } },
      },
      { op: 'Mul', inputs: ['grey', 'nothing'], outputs: ['ignored'] },
      { op: 'Add', inputs: ['scaled', 'ignored'], outputs: ['probabilities'] },
    ],
  });

/** Wants 8-bit pixels, which no bundle can describe. */
export const bytesIn = (): OnnxGraph =>
  graph({
    inputs: [{ name: 'patch', type: 'uint8', shape: ['N', 2, 2, 3] }],
    outputs: [float('probabilities', ['N', 3])],
    nodes: [
      { op: 'Cast', inputs: ['patch'], outputs: ['values'], attributes: { to: { int: 1 } } },
      reduceMean('values', 'probabilities', [1, 2]),
    ],
  });

function reduceMean(from: string, to: string, axes: number[]): OnnxNode {
  return {
    op: 'ReduceMean',
    inputs: [from],
    outputs: [to],
    attributes: { axes: { ints: axes }, keepdims: { int: 0 } },
  };
}
