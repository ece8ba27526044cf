import type { ModelTools, ResultTools, PlaneRequest, SlideRef } from '../../../activities/ports.ts';
import type { BundleManifest } from '../../../domain/bundle.ts';
import { paintDayPlane } from './day-plane.ts';
import { daySlideInfo } from './day-slides.ts';

const HEADER_BYTES = 50_000;
/** What a mask plane takes of a slide, compressed. */
const BYTES_A_PIXEL = 0.2;

/** Slides without files. */
export const nullSlideTools = {
  inspect: async ({ url }: SlideRef) => ({ info: daySlideInfo(url), bytes: { needed: 0, read: HEADER_BYTES } }),
  checkTiles: async () => ({ needed: 0, read: HEADER_BYTES }),
  readStoredTiles: async () => [],
  readPlane: async (request: PlaneRequest) => {
    const bytes = Math.round(request.widthPx * request.heightPx * BYTES_A_PIXEL);
    return { image: paintDayPlane(request), bytes: { needed: bytes, read: bytes } };
  },
};

/** Refinement that takes the heatmap as it is. */
export const nullModelTools = (manifest: BundleManifest): ModelTools => ({
  manifest: async () => manifest,
  refine: async ({ heatmap }) => ({ probabilities: heatmap, provider: 'null' }),
});

const NOTHING = new Uint8Array();
const ONE_PIXEL = { widthPx: 1, heightPx: 1 };

/** Results without encoders: what is left is the control plane. */
export const nullResultTools: ResultTools = {
  heatmapTiff: async () => NOTHING,
  heatmapPicture: async () => NOTHING,
  snapshot: async () => NOTHING,
  maskTiff: async () => NOTHING,
  decodeMaskTiff: async () => ({ ...ONE_PIXEL, data: new Uint8Array(1) }),
  outlines: async (mask) => ({ geojson: NOTHING, outlined: mask }),
  overlay: async () => NOTHING,
  encodePicture: async () => NOTHING,
  decodePicture: async () => ({ ...ONE_PIXEL, data: new Uint8Array(3) }),
};
