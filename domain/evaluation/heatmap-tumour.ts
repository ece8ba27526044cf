import type { Size } from '../geometry.ts';
import type { BinaryImage, FloatImage } from '../image.ts';
import { close, disk, open } from '../morphology.ts';

const THRESHOLD = 0.5;
const RADIUS_PX = 5;

export interface HeatmapOnSlide {
  /** One pixel a cell, cell (0, 0) at the slide's upper left corner. */
  readonly heatmap: FloatImage;
  /** A cell's side in um. */
  readonly cellUm: number;
  /** The slide's physical size. */
  readonly slideUm: { readonly width: number; readonly height: number };
}

/**
 * The paper's baseline without refinement (Pedersen et al. 2022): heatmap >= 0.5, then a closing and an opening with a disk of radius 5. Its code
 * has no lines for it, so the plane is our choice: that of 8 um/px, on which its tissue segmentation closes with the same disk; the disk then
 * has a radius of 40 um. Cells are not interpolated. Beyond the border nothing dilates and nothing erodes.
 * @param plane the slide at 8 um/px
 */
export function heatmapTumour({ heatmap, cellUm, slideUm }: HeatmapOnSlide, plane: Size): BinaryImage {
  const columns = cellsAlong({ pixels: plane.widthPx, lengthUm: slideUm.width }, { cells: heatmap.widthPx, cellUm });
  const rows = cellsAlong({ pixels: plane.heightPx, lengthUm: slideUm.height }, { cells: heatmap.heightPx, cellUm });
  const data = new Uint8Array(plane.widthPx * plane.heightPx);
  let at = 0;
  for (const row of rows)
    for (const column of columns) data[at++] = heatmap.data[row * heatmap.widthPx + column]! >= THRESHOLD ? 1 : 0;
  return open(close({ ...plane, data }, disk(RADIUS_PX)), disk(RADIUS_PX));
}

/** The cell under each pixel's centre. */
const cellsAlong = (
  { pixels, lengthUm }: { pixels: number; lengthUm: number },
  { cells, cellUm }: { cells: number; cellUm: number },
): Uint32Array =>
  Uint32Array.from({ length: pixels }, (_, i) =>
    Math.min(cells - 1, Math.floor(((i + 0.5) * lengthUm) / (pixels * cellUm))),
  );
