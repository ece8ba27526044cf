import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BundleManifest, DetectionStage, RefinementStage } from '../../../domain/bundle.ts';
import { encodeModel } from '../../../models/onnx/encode-model.ts';
import type { OnnxGraph } from '../../../models/onnx/onnx-graph.ts';

export interface BundleParts {
  readonly detection: OnnxGraph;
  readonly refinement?: OnnxGraph;
  /** Changes to the fields that describe the graphs. */
  readonly detectionFields?: Partial<DetectionStage>;
  readonly refinementFields?: Partial<RefinementStage>;
}

/** Writes a bundle of hand-made graphs into a folder that goes when the test ends; its patches are 2 px and its refinement 2 px wide unless told. */
export async function writeBundle(parts: BundleParts): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'h2g-bundle-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const detection = encodeModel(parts.detection);
  await writeFile(join(dir, 'detection.onnx'), detection);
  const refinement = parts.refinement === undefined ? undefined : encodeModel(parts.refinement);
  if (refinement !== undefined) await writeFile(join(dir, 'refinement.onnx'), refinement);
  const manifest: BundleManifest = {
    ...detectionOnly({ ...DETECTION_FIELDS, sha256: sha256(detection), ...parts.detectionFields }),
    ...(refinement === undefined
      ? {}
      : { refinement: { ...REFINEMENT_FIELDS, sha256: sha256(refinement), ...parts.refinementFields } }),
  };
  await writeFile(join(dir, 'bundle.json'), JSON.stringify(manifest));
  return dir;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const detectionOnly = (detection: DetectionStage): BundleManifest => ({
  schema: 'h2g-bundle/1',
  id: 'handmade',
  version: '1.0.0',
  licence: 'MIT',
  intendedUse: 'Tests.',
  detection,
});

const DETECTION_FIELDS: Omit<DetectionStage, 'sha256'> = {
  file: 'detection.onnx',
  input: { name: 'patch', layout: 'NHWC', scaling: 'unit' },
  output: { name: 'probabilities', tumourChannel: 1 },
  patchPx: 2,
  mpp: 1,
  mppTolerance: 0.1,
  threshold: 0.5,
  batch: 4,
};

const REFINEMENT_FIELDS: Omit<RefinementStage, 'sha256'> = {
  file: 'refinement.onnx',
  inputs: {
    image: { name: 'image', layout: 'NHWC', scaling: 'unit' },
    heatmap: { name: 'heatmap', layout: 'NHWC' },
  },
  output: { name: 'probabilities', tumourChannel: 0 },
  sizePx: 2,
  threshold: 0.5,
};
