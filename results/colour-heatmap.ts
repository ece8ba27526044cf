import { FAILED_COLOUR, GLASS_COLOUR, type Rgb, scoreColour } from '../domain/colour-map.ts';
import { CELL_STATUS, type Heatmap } from '../domain/heatmap.ts';
import type { RgbImage } from '../domain/image.ts';

const HATCH_PX = 8;
const WHITE: Rgb = [255, 255, 255];

/** Whether a pixel of a failed cell lies on a stripe; the stripes run on from cell to cell. A cell too small for them has their colour all over. */
export const isOnStripe = ({ x, y }: { x: number; y: number }, cellSidePx: number): boolean =>
  cellSidePx < HATCH_PX || (x + y) % HATCH_PX < HATCH_PX / 2;

/** The heatmap in colour, each cell a square of `sidePx`: glass grey, failed cells striped. */
export function colourHeatmap(heatmap: Heatmap, sidePx: number): RgbImage {
  const { columns, rows, scores, status } = heatmap;
  const [widthPx, heightPx] = [columns * sidePx, rows * sidePx];
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const cell = Math.floor(y / sidePx) * columns + Math.floor(x / sidePx);
      const colour = colourOf(status[cell], scores[cell], isOnStripe({ x, y }, sidePx));
      const at = (y * widthPx + x) * 3;
      data[at] = colour[0];
      data[at + 1] = colour[1];
      data[at + 2] = colour[2];
    }
  }
  return { widthPx, heightPx, data };
}

function colourOf(status = 0, score = 0, stripe: boolean): Rgb {
  if (status === CELL_STATUS.glass) return GLASS_COLOUR;
  if (status === CELL_STATUS.failed) return stripe ? FAILED_COLOUR : WHITE;
  return scoreColour(score);
}
