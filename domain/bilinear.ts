import type { Size } from './geometry.ts';
import type { BinaryImage, FloatImage } from './image.ts';

/** Source pixels a step of one output pixel, across and down. */
export interface Step {
  readonly x: number;
  readonly y: number;
}

/** A picture of one number a pixel. */
export type SampledImage = FloatImage | BinaryImage;

/** Samples `source` at `(i + 0.5) * step - 0.5`: half-pixel centres, edges clamped. */
export function sampleBilinear(source: SampledImage, size: Size, step: Step): FloatImage {
  const { widthPx, heightPx } = size;
  const data = new Float32Array(widthPx * heightPx);
  const columns = taps(widthPx, step.x, source.widthPx);
  const rows = taps(heightPx, step.y, source.heightPx);
  let at = 0;
  for (const row of rows) {
    const top = row.low * source.widthPx;
    const bottom = row.high * source.widthPx;
    for (const { low, high, weight } of columns) {
      const above = source.data[top + low]! * (1 - weight) + source.data[top + high]! * weight;
      const below = source.data[bottom + low]! * (1 - weight) + source.data[bottom + high]! * weight;
      data[at++] = above * (1 - row.weight) + below * row.weight;
    }
  }
  return { widthPx, heightPx, data };
}

/** Between which two pixels of the source a pixel lies. */
export interface Tap {
  readonly low: number;
  readonly high: number;
  /** Share of `high`. */
  readonly weight: number;
}

export function taps(count: number, step: number, limit: number): Tap[] {
  return Array.from({ length: count }, (_, i) => {
    const position = Math.min(limit - 1, Math.max(0, (i + 0.5) * step - 0.5));
    const low = Math.floor(position);
    return { low, high: Math.min(limit - 1, low + 1), weight: position - low };
  });
}
