import type { DetectionStage } from '../domain/bundle.ts';
import type { Placement } from './tensor-layout.ts';

export type Scaling = DetectionStage['input']['scaling'];

const LEVELS = 256;

/** What each of the 256 grey levels becomes: 8-bit pixels need no arithmetic of their own, which makes both scalings equally fast. */
const SCALINGS: Record<Scaling, (pixels: Uint8Array) => Float32Array> = {
  unit: () => UNIT,
  minmax: (pixels) => minmaxLevels(pixels),
};

const UNIT = Float32Array.from({ length: LEVELS }, (_, level) => level / 255);

/** The darkest value of all channels becomes 0, the brightest 1; a picture of one value becomes 0. */
function minmaxLevels(pixels: Uint8Array): Float32Array {
  let min = 255;
  let max = 0;
  // By index, since `for of` over bytes takes six times as long.
  for (let index = 0; index < pixels.length; index += 1) {
    const value = pixels[index] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const range = max - min;
  return Float32Array.from({ length: LEVELS }, (_, level) => (range === 0 ? 0 : (level - min) / range));
}

/** Writes an interleaved RGB picture into a tensor's values, scaled and placed. */
export function writeRgb(
  pixels: Uint8Array,
  scaling: Scaling,
  target: { values: Float32Array; placement: Placement },
): void {
  const levels = SCALINGS[scaling](pixels);
  const { values, placement } = target;
  const { base, pixelStride, channelStride } = placement;
  if (base === 0 && pixelStride === 3 && channelStride === 1) return writeInOrder(pixels, levels, values);
  for (let from = 0, to = base; from < pixels.length; from += 3, to += pixelStride) {
    values[to] = levels[pixels[from] as number] as number;
    values[to + channelStride] = levels[pixels[from + 1] as number] as number;
    values[to + 2 * channelStride] = levels[pixels[from + 2] as number] as number;
  }
}

/** Channels side by side, as in the picture: one index for both takes half the time. */
function writeInOrder(pixels: Uint8Array, levels: Float32Array, values: Float32Array): void {
  for (let index = 0; index < pixels.length; index += 1) values[index] = levels[pixels[index] as number] as number;
}

/** Writes a picture of one channel into a tensor's values as it is. */
export function writeGrey(grey: Float32Array, target: { values: Float32Array; placement: Placement }): void {
  const { values, placement } = target;
  for (let from = 0, to = placement.base; from < grey.length; from += 1, to += placement.pixelStride) {
    values[to] = grey[from] as number;
  }
}
