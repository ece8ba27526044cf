import { sampleBilinear } from '../domain/bilinear.ts';
import { FAILED_COLOUR, type Rgb, scoreColour } from '../domain/colour-map.ts';
import { edgeDistances } from '../domain/edge-distances.ts';
import { roundHalfUp } from '../domain/geometry.ts';
import { CELL_STATUS, type Heatmap } from '../domain/heatmap.ts';
import type { BinaryImage, RgbImage } from '../domain/image.ts';
import { cut } from '../domain/mask.ts';
import type { GridPlacement } from '../domain/refinement-input.ts';
import { isOnStripe } from './colour-heatmap.ts';

/** A cell is the less seen the less it says: so much of the slide is covered at probability 0 and at 1. */
const COVER_AT_0 = 0.1;
const COVER_AT_1 = 0.5;

/** Lays the heatmap over a picture of the whole slide, each cell where it was read, though the grid reaches beyond the slide. */
export function layHeatmap(picture: RgbImage, heatmap: Heatmap, { cellPx, level }: GridPlacement): void {
  const { widthPx, heightPx } = picture;
  const columns = Int32Array.from({ length: widthPx }, (_, x) =>
    Math.floor(((x + 0.5) * level.widthPx) / widthPx / cellPx),
  );
  for (let y = 0; y < heightPx; y++) {
    const row = Math.floor(((y + 0.5) * level.heightPx) / heightPx / cellPx);
    for (let x = 0; x < widthPx;) {
      const column = columns[x]!;
      const from = x;
      while (columns[x] === column) x++;
      const cell = row * heatmap.columns + column;
      layCell(picture, { y, from, to: x, status: heatmap.status[cell], score: heatmap.scores[cell] ?? 0 });
    }
  }
}

interface CellRow {
  readonly status: number | undefined;
  readonly score: number;
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/** The part of a cell that lies in one row of the picture. */
function layCell({ widthPx, data }: RgbImage, { y, from, to, status, score }: CellRow): void {
  if (status !== CELL_STATUS.analysed && status !== CELL_STATUS.failed) return;
  const failed = status === CELL_STATUS.failed;
  const colour = failed ? FAILED_COLOUR : scoreColour(score);
  const cover = COVER_AT_0 + (COVER_AT_1 - COVER_AT_0) * score;
  for (let x = from; x < to; x++)
    blend(data, (y * widthPx + x) * 3, colour, failed ? (isOnStripe({ x, y }, to - from) ? 0.85 : 0.15) : cover);
}

const LINE_PX = 1.6;
const CASING_PX = 3.2;

/**
 * Draws the edge of a mask that covers the whole picture: a line of `colour` on a white one. By distance, not by polygons: it costs
 * what the edges are long, in the worst mask some 40 steps a pixel.
 */
export function layOutline(picture: RgbImage, mask: BinaryImage, colour: Rgb): void {
  const over = stretchMask(mask, picture);
  const distances = edgeDistances(over, CASING_PX + 0.5);
  for (let i = 0; i < distances.length; i++) {
    // From the pixel's centre to the edge, which lies half a pixel before the nearest pixel of the other kind.
    const distance = distances[i]! - 0.5;
    if (distance >= CASING_PX) continue;
    blend(picture.data, i * 3, [255, 255, 255], 0.85 * Math.min(1, CASING_PX - distance));
    blend(picture.data, i * 3, colour, Math.min(1, Math.max(0, LINE_PX - distance)));
  }
}

function stretchMask(mask: BinaryImage, { widthPx, heightPx }: RgbImage): BinaryImage {
  const step = { x: mask.widthPx / widthPx, y: mask.heightPx / heightPx };
  return cut(sampleBilinear(mask, { widthPx, heightPx }, step), 0.5);
}

/** By index: taking a tuple apart a million times costs more than the colours do. */
function blend(data: Uint8Array, at: number, colour: Rgb, cover: number): void {
  data[at] = mix(data[at]!, colour[0], cover);
  data[at + 1] = mix(data[at + 1]!, colour[1], cover);
  data[at + 2] = mix(data[at + 2]!, colour[2], cover);
}

const mix = (under: number, over: number, cover: number): number => roundHalfUp(under + (over - under) * cover);
