import { cutBilinear } from './cut-bilinear.ts';
import type { Size } from './geometry.ts';
import type { BinaryImage, FloatImage } from './image.ts';

/** um/px of the plane on which the mask is cut. */
export const TUMOUR_PLANE_MPP = 4;

/** Probabilities over the whole slide, interpolated to `size`, then cut: tumour where over the threshold. */
export function cutMask(probabilities: FloatImage, size: Size, threshold: number): BinaryImage {
  const step = { x: probabilities.widthPx / size.widthPx, y: probabilities.heightPx / size.heightPx };
  return cutBilinear(probabilities, { size, step, threshold });
}

export function cut({ widthPx, heightPx, data }: FloatImage, threshold: number): BinaryImage {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) if ((data[i] ?? 0) > threshold) mask[i] = 1;
  return { widthPx, heightPx, data: mask };
}
