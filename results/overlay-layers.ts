import { sampleBilinear } from '../domain/bilinear.ts';
import { FAILED_COLOUR, type Rgb, scoreColour } from '../domain/colour-map.ts';
import { squaredDistances } from '../domain/distance-transform.ts';
import { CELL_STATUS, type Heatmap } from '../domain/heatmap.ts';
import type { BinaryImage, RgbImage } from '../domain/image.ts';
import type { GridPlacement } from '../domain/refinement-input.ts';
import { isOnStripe } from './colour-heatmap.ts';

/** A cell is the less seen the less it says: so much of the slide is covered at probability 0 and at 1. */
const COVER_AT_0 = 0.1;
const COVER_AT_1 = 0.5;

/** Lays the heatmap over a picture of the whole slide, each cell where it was read, though the grid reaches beyond the slide. */
export function layHeatmap(picture: RgbImage, heatmap: Heatmap, { cellPx, level }: GridPlacement): void {
  const { widthPx, heightPx, data } = picture;
  for (let y = 0; y < heightPx; y++) {
    const row = Math.floor(((y + 0.5) * level.heightPx) / heightPx / cellPx);
    for (let x = 0; x < widthPx; x++) {
      const column = Math.floor(((x + 0.5) * level.widthPx) / widthPx / cellPx);
      const cell = row * heatmap.columns + column;
      const status = heatmap.status[cell];
      const score = heatmap.scores[cell] ?? 0;
      const at = (y * widthPx + x) * 3;
      if (status === CELL_STATUS.analysed)
        blend(data, at, scoreColour(score), COVER_AT_0 + (COVER_AT_1 - COVER_AT_0) * score);
      if (status === CELL_STATUS.failed) blend(data, at, FAILED_COLOUR, isOnStripe(x, y) ? 0.85 : 0.15);
    }
  }
}

const LINE_PX = 1.6;
const CASING_PX = 3.2;

/**
 * Draws the edge of a mask that covers the whole picture: a line of `colour` on a white one. By distance, not by polygons, so that the worst
 * mask costs no more than the best.
 */
export function layOutline(picture: RgbImage, mask: BinaryImage, colour: Rgb): void {
  const over = stretchMask(mask, picture);
  const toTumour = squaredDistances(over, 1, { x: 1, y: 1 });
  const toRest = squaredDistances(over, 0, { x: 1, y: 1 });
  for (let i = 0; i < over.data.length; i++) {
    // From the pixel's centre to the edge, which lies half a pixel before the nearest pixel of the other kind.
    const distance = Math.sqrt(Math.max(toTumour[i] ?? 0, toRest[i] ?? 0)) - 0.5;
    if (distance >= CASING_PX) continue;
    blend(picture.data, i * 3, [255, 255, 255], 0.85 * Math.min(1, CASING_PX - distance));
    blend(picture.data, i * 3, colour, Math.min(1, Math.max(0, LINE_PX - distance)));
  }
}

function stretchMask(mask: BinaryImage, { widthPx, heightPx }: RgbImage): BinaryImage {
  const source = { widthPx: mask.widthPx, heightPx: mask.heightPx, data: Float32Array.from(mask.data) };
  const step = { x: mask.widthPx / widthPx, y: mask.heightPx / heightPx };
  const { data } = sampleBilinear(source, { widthPx, heightPx }, step);
  return { widthPx, heightPx, data: Uint8Array.from(data, (value) => (value > 0.5 ? 1 : 0)) };
}

function blend(data: Uint8Array, at: number, colour: Rgb, cover: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const under = data[at + channel] ?? 0;
    data[at + channel] = Math.round(under + ((colour[channel] ?? 0) - under) * cover);
  }
}
