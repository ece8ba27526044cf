import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { HAEMATOXYLIN_WEIGHTS } from './stain-vectors.ts';

/**
 * The numbers of the baseline classifier. A patch's answer is
 * `1 / (1 + exp(-steepness * (density - middle)))`, where density is the mean over its pixels of
 * `1 / (1 + exp(-nucleus.steepness * (haematoxylin - nucleus.middle)))`.
 */
export const DETECTION_NUMBERS = {
  patchPx: 256,
  /** Darker than this is read as this: 1 of 255, so that black has a finite optical density. */
  darkest: 1 / 255,
  /** Haematoxylin (optical density, base 10) at which a pixel is half a nucleus. */
  nucleus: { middle: 0.45, steepness: 20 },
  /** Share of nuclei at which a patch is half tumour. */
  tumour: { middle: 0.27, steepness: 20 },
} as const;

const { patchPx, darkest, nucleus, tumour } = DETECTION_NUMBERS;

/** Optical density is -log10; the graph has the natural logarithm only, so the factor goes into the weights. */
const weights = HAEMATOXYLIN_WEIGHTS.map((weight) => -weight / Math.LN10);

/** Nuclear density by colour deconvolution: N x 256 x 256 x 3 RGB / 255 in, N x 2 (other, tumour) out. */
export const DETECTION_GRAPH: OnnxGraph = {
  name: 'baseline-detection',
  about: 'Nuclear density by colour deconvolution (Ruifrok and Johnston 2001). Not for diagnosis.',
  inputs: [{ name: 'patch', type: 'float32', shape: ['N', patchPx, patchPx, 3] }],
  outputs: [{ name: 'probabilities', type: 'float32', shape: ['N', 2] }],
  constants: [
    { name: 'darkest', type: 'float32', dims: [], values: [darkest] },
    { name: 'plane', type: 'int64', dims: [3], values: [-1, patchPx, patchPx] },
    { name: 'weights', type: 'float32', dims: [3, 1], values: weights },
    { name: 'nucleus_middle', type: 'float32', dims: [], values: [nucleus.middle] },
    { name: 'nucleus_steepness', type: 'float32', dims: [], values: [nucleus.steepness] },
    { name: 'tumour_middle', type: 'float32', dims: [], values: [tumour.middle] },
    { name: 'tumour_steepness', type: 'float32', dims: [], values: [tumour.steepness] },
    { name: 'one', type: 'float32', dims: [], values: [1] },
  ],
  nodes: [
    { op: 'Max', inputs: ['patch', 'darkest'], outputs: ['light'] },
    { op: 'Log', inputs: ['light'], outputs: ['log_light'] },
    { op: 'MatMul', inputs: ['log_light', 'weights'], outputs: ['haematoxylin_plane'] },
    // onnxruntime takes ten times as long over a last dimension of 1.
    { op: 'Reshape', inputs: ['haematoxylin_plane', 'plane'], outputs: ['haematoxylin'] },
    { op: 'Sub', inputs: ['haematoxylin', 'nucleus_middle'], outputs: ['above_middle'] },
    { op: 'Mul', inputs: ['above_middle', 'nucleus_steepness'], outputs: ['nucleus_logit'] },
    { op: 'Sigmoid', inputs: ['nucleus_logit'], outputs: ['nucleus'] },
    // Two means of 256 values round a hundred times less than one of 65536.
    mean({ from: 'nucleus', to: 'row_density', axis: 2, keep: 0 }),
    mean({ from: 'row_density', to: 'density', axis: 1, keep: 1 }),
    { op: 'Sub', inputs: ['density', 'tumour_middle'], outputs: ['density_above'] },
    { op: 'Mul', inputs: ['density_above', 'tumour_steepness'], outputs: ['tumour_logit'] },
    { op: 'Sigmoid', inputs: ['tumour_logit'], outputs: ['tumour'] },
    { op: 'Sub', inputs: ['one', 'tumour'], outputs: ['other'] },
    { op: 'Concat', inputs: ['other', 'tumour'], outputs: ['probabilities'], attributes: { axis: { int: 1 } } },
  ],
};

function mean({ from, to, axis, keep }: { from: string; to: string; axis: number; keep: 0 | 1 }) {
  return {
    op: 'ReduceMean',
    inputs: [from],
    outputs: [to],
    attributes: { axes: { ints: [axis] }, keepdims: { int: keep } },
  };
}
