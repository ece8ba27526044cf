import { createHash } from 'node:crypto';
import type { BundleManifest } from '../../domain/bundle.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { DETECTION_GRAPH, DETECTION_NUMBERS } from './detection-graph.ts';
import { REFINEMENT_GRAPH, REFINEMENT_NUMBERS } from './refinement-graph.ts';

/** The files of the baseline bundle by name; every call gives the same bytes. */
export function baselineFiles(): Record<string, Uint8Array> {
  const detection = encodeModel(DETECTION_GRAPH);
  const refinement = encodeModel(REFINEMENT_GRAPH);
  const manifest = manifestOf({ detection: sha256(detection), refinement: sha256(refinement) });
  return {
    'detection.onnx': detection,
    'refinement.onnx': refinement,
    'bundle.json': new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const manifestOf = (digests: { detection: string; refinement: string }): BundleManifest => ({
  schema: 'h2g-bundle/1',
  id: 'baseline',
  version: '1.0.0',
  licence: 'MIT',
  intendedUse: 'Software tests and demonstrations: nuclear density, not a trained model. Not for diagnosis.',
  detection: {
    file: 'detection.onnx',
    sha256: digests.detection,
    input: { name: 'patch', layout: 'NHWC', scaling: 'unit' },
    output: { name: 'probabilities', tumourChannel: 1 },
    patchPx: DETECTION_NUMBERS.patchPx,
    mpp: 1,
    mppTolerance: 0.1,
    threshold: 0.5,
    batch: 16,
  },
  refinement: {
    file: 'refinement.onnx',
    sha256: digests.refinement,
    inputs: {
      image: { name: 'image', layout: 'NHWC', scaling: 'unit' },
      heatmap: { name: 'heatmap', layout: 'NHWC' },
    },
    output: { name: 'probabilities', tumourChannel: 1 },
    sizePx: REFINEMENT_NUMBERS.sizePx,
    threshold: 0.5,
  },
});
