import type { ResultTools } from '../../activities/ports.ts';
import { scaleOutlines, traceOutlines } from '../../domain/outlines.ts';
import type { Plan } from '../../domain/plan.ts';
import { smoothMask } from '../../domain/smooth-mask.ts';
import { decodeMaskTiff } from '../../results/decode-mask-tiff.ts';

import { encodeHeatmapPicture } from '../../results/encode-heatmap-picture.ts';
import { encodeHeatmapTiff } from '../../results/encode-heatmap-tiff.ts';
import { encodeMaskTiff } from '../../results/encode-mask-tiff.ts';
import { encodeOutlinesGeojson } from '../../results/encode-outlines-geojson.ts';
import { encodeOverlayPicture } from '../../results/encode-overlay-picture.ts';
import { encodeSnapshotPicture } from '../../results/encode-snapshot-picture.ts';
import { decodePicture, encodePicture } from '../../results/picture-png.ts';

const cellUmOf = ({ detection }: Plan): number => detection.cellPx * detection.levelMpp;

/** The encoders of `results/`, fed from a plan. */
export const createResultTools = (): ResultTools => ({
  heatmapTiff: async ({ plan, heatmap }) => encodeHeatmapTiff({ heatmap, cellUm: cellUmOf(plan) }),
  heatmapPicture: ({ plan, heatmap }) =>
    encodeHeatmapPicture({ heatmap, cellUm: cellUmOf(plan), slideName: plan.slide.name }),
  snapshot: ({ heatmap }) => encodeSnapshotPicture(heatmap),
  maskTiff: (mask, { slide }) => encodeMaskTiff({ mask, slideSize: slide, mpp: slide.mpp }),
  decodeMaskTiff,
  outlines: async (mask, { plan: { slide }, smooth }) => {
    const pixelUm = { x: (slide.widthPx * slide.mpp) / mask.widthPx, y: (slide.heightPx * slide.mpp) / mask.heightPx };
    const outlined = smooth ? smoothMask(mask, pixelUm) : mask;
    const outlines = scaleOutlines(traceOutlines(outlined), { from: mask, to: slide });
    return { outlined, geojson: encodeOutlinesGeojson({ outlines, mpp: slide.mpp }) };
  },
  overlay: ({ plan: { slide, detection }, heatmap, picture, mask, outcomeLine }) =>
    encodeOverlayPicture({
      thumbnail: picture,
      heatmap,
      grid: { cellPx: detection.cellPx, level: detection },
      mask,
      slideSize: slide,
      mpp: slide.mpp,
      slideName: slide.name,
      outcomeLine,
    }),
  encodePicture,
  decodePicture,
});
