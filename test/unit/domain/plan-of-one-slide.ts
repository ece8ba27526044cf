import { makePlan, type Plan } from '../../../domain/plan.ts';
import type { PhysicalScale } from '../../../domain/scale.ts';

/** A plan for a 1024 x 512 px slide at 1 um/px (or another scale) whose left three quarters are tissue: 3 x 2 of 4 x 2 cells. */
export function planOfOneSlide(scale: PhysicalScale = { mpp: 1, scale: 'stated' }): Plan {
  const tissue = {
    widthPx: 128,
    heightPx: 64,
    data: Uint8Array.from({ length: 128 * 64 }, (_, i) => (i % 128 < 96 ? 1 : 0)),
  };
  const level = { index: 0, widthPx: 1024, heightPx: 512, tileWidthPx: 256, tileHeightPx: 256 };
  return makePlan({
    runId: 'r1',
    slide: {
      url: 'file:///slide.svs',
      name: 'slide.svs',
      sizeBytes: 1,
      version: 'v1',
      scale: { kind: 'none' },
      widthPx: 1024,
      heightPx: 512,
      levels: [level],
    },
    scale,
    detection: {
      file: 'd.onnx',
      sha256: '0'.repeat(64),
      input: { name: 'i', layout: 'NHWC', scaling: 'unit' },
      output: { name: 'o', tumourChannel: 1 },
      patchPx: 256,
      mpp: 1,
      mppTolerance: 0.1,
      threshold: 0.5,
      batch: 8,
    },
    tissue,
  });
}
