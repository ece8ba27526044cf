import type { Size } from '../../../domain/geometry.ts';
import type { RgbImage } from '../../../domain/image.ts';
import { hashUnit } from '../../../slides/synthetic/random.ts';
import { TISSUE_SIDE } from './day-slides.ts';

const TEXTURE_PX = 65_536;
const PIXELS = 3;

/** A long row of stained tissue, as noisy as a scanned one, so that pictures of it do not pack better than real ones. */
const TEXTURE = Uint8Array.from({ length: TEXTURE_PX * 2 * PIXELS }, (_, i) => {
  const stain = [205, 130, 185][i % PIXELS] ?? 0;
  return stain + Math.round((hashUnit(7, i, 0) - 0.5) * 40);
});

/** The whole slide at some size, painted by copying rows: an ellipse of tissue on white glass. Decoding is what the simulated day leaves out. */
export function paintDayPlane({ widthPx, heightPx }: Size): RgbImage {
  const data = Buffer.alloc(widthPx * heightPx * PIXELS, 250);
  for (let y = 0; y < heightPx; y++) {
    const up = (2 * (y + 0.5)) / heightPx - 1;
    const reach = 1 - (up / TISSUE_SIDE) ** 2;
    if (reach <= 0) continue;
    const halfPx = Math.round((Math.sqrt(reach) * TISSUE_SIDE * widthPx) / 2);
    const middlePx = Math.floor(widthPx / 2);
    for (let x = middlePx - halfPx; x < middlePx + halfPx; x += TEXTURE_PX) {
      const lengthPx = Math.min(TEXTURE_PX, middlePx + halfPx - x);
      const from = ((y * 7_919) % TEXTURE_PX) * PIXELS;
      data.set(TEXTURE.subarray(from, from + lengthPx * PIXELS), (y * widthPx + x) * PIXELS);
    }
  }
  return { widthPx, heightPx, data };
}
