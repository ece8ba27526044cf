import type { OnnxGraph } from '../onnx/onnx-graph.ts';

/**
 * The numbers of the baseline refinement. A pixel's answer is the mean of the heatmap over the window around it (clipped at
 * the border) times `1 / (1 + exp(-tissue.steepness * (absorbance - tissue.middle)))`, absorbance being 1 - min(R, G, B) / 255.
 */
export const REFINEMENT_NUMBERS = {
  sizePx: 1024,
  /** Side of the smoothing window: about one and a half cells on a slide of 25 mm, so that a lone cell does not make a tumour. */
  windowPx: 15,
  /** Glass is near 0, pale stroma near 0.3. */
  tissue: { middle: 0.12, steepness: 50 },
} as const;

const { sizePx, windowPx, tissue } = REFINEMENT_NUMBERS;
const margin = (windowPx - 1) / 2;

/** Smoothing across and down, then glass to zero; the interface is that of the published refinement network. */
export const REFINEMENT_GRAPH: OnnxGraph = {
  name: 'baseline-refinement',
  about: 'The heatmap averaged over a window, and zero on glass. Not for diagnosis.',
  inputs: [
    { name: 'image', type: 'float32', shape: [1, sizePx, sizePx, 3] },
    { name: 'heatmap', type: 'float32', shape: [1, sizePx, sizePx, 1] },
  ],
  outputs: [{ name: 'probabilities', type: 'float32', shape: [1, sizePx, sizePx, 2] }],
  constants: [
    { name: 'plane', type: 'int64', dims: [4], values: [1, 1, sizePx, sizePx] },
    { name: 'picture', type: 'int64', dims: [4], values: [1, sizePx, sizePx, 1] },
    { name: 'one', type: 'float32', dims: [], values: [1] },
    { name: 'glass_limit', type: 'float32', dims: [], values: [1 - tissue.middle] },
    { name: 'steepness', type: 'float32', dims: [], values: [tissue.steepness] },
  ],
  nodes: [
    { op: 'Reshape', inputs: ['heatmap', 'plane'], outputs: ['heatmap_plane'] },
    averagePool({ from: 'heatmap_plane', to: 'smooth_across', down: 1, across: windowPx }),
    averagePool({ from: 'smooth_across', to: 'smooth_plane', down: windowPx, across: 1 }),
    { op: 'Reshape', inputs: ['smooth_plane', 'picture'], outputs: ['smooth'] },
    {
      op: 'ReduceMin',
      inputs: ['image'],
      outputs: ['darkest_channel'],
      attributes: { axes: { ints: [3] }, keepdims: { int: 1 } },
    },
    { op: 'Sub', inputs: ['glass_limit', 'darkest_channel'], outputs: ['above_glass'] },
    { op: 'Mul', inputs: ['above_glass', 'steepness'], outputs: ['tissue_logit'] },
    { op: 'Sigmoid', inputs: ['tissue_logit'], outputs: ['tissue'] },
    { op: 'Mul', inputs: ['smooth', 'tissue'], outputs: ['tumour'] },
    { op: 'Sub', inputs: ['one', 'tumour'], outputs: ['other'] },
    { op: 'Concat', inputs: ['other', 'tumour'], outputs: ['probabilities'], attributes: { axis: { int: 3 } } },
  ],
};

/** A mean over `down` x `across` values that leaves out what lies beyond the border. */
function averagePool({ from, to, down, across }: { from: string; to: string; down: number; across: number }) {
  const pads = [down > 1 ? margin : 0, across > 1 ? margin : 0];
  return {
    op: 'AveragePool',
    inputs: [from],
    outputs: [to],
    attributes: { kernel_shape: { ints: [down, across] }, pads: { ints: [...pads, ...pads] } },
  };
}
