import type { Size } from './geometry.ts';
import type { FloatImage } from './image.ts';

/** Source pixels a step of one output pixel, across and down. */
export interface Step {
  readonly x: number;
  readonly y: number;
}

/** Samples `source` at `(i + 0.5) * step - 0.5`: half-pixel centres, edges clamped. */
export function sampleBilinear(source: FloatImage, size: Size, step: Step): FloatImage {
  const { widthPx, heightPx } = size;
  const data = new Float32Array(widthPx * heightPx);
  const columns = taps(widthPx, step.x, source.widthPx);
  const rows = taps(heightPx, step.y, source.heightPx);
  let at = 0;
  for (const row of rows) {
    const top = row.low * source.widthPx;
    const bottom = row.high * source.widthPx;
    for (const { low, high, weight } of columns) {
      const [a = 0, b = 0] = [source.data[top + low], source.data[top + high]];
      const [c = 0, d = 0] = [source.data[bottom + low], source.data[bottom + high]];
      const above = a * (1 - weight) + b * weight;
      const below = c * (1 - weight) + d * weight;
      data[at++] = above * (1 - row.weight) + below * row.weight;
    }
  }
  return { widthPx, heightPx, data };
}

interface Tap {
  readonly low: number;
  readonly high: number;
  /** Share of `high`. */
  readonly weight: number;
}

function taps(count: number, step: number, limit: number): Tap[] {
  return Array.from({ length: count }, (_, i) => {
    const position = Math.min(limit - 1, Math.max(0, (i + 0.5) * step - 0.5));
    const low = Math.floor(position);
    return { low, high: Math.min(limit - 1, low + 1), weight: position - low };
  });
}
