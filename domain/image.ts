import type { Size } from './geometry.ts';

/** 8-bit RGB, interleaved, row by row: `data[(y * widthPx + x) * 3 + channel]`. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

/** One byte a pixel, 0 or 1. */
export interface BinaryImage extends Size {
  readonly data: Uint8Array;
}

/** One float32 a pixel, row by row. */
export interface FloatImage extends Size {
  readonly data: Float32Array;
}

/** What lies outside a slide is white, as glass is. */
export const GLASS = 255;

export const glassImage = ({ widthPx, heightPx }: Size): RgbImage => ({
  widthPx,
  heightPx,
  data: new Uint8Array(widthPx * heightPx * 3).fill(GLASS),
});
