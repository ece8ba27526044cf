import { type Paint, paintGround, type Strip } from './paint-ground.ts';
import { type CellKindName, MAX_REACH_UM, scatterCells } from './scatter-cells.ts';
import { stampCell } from './stamp-cell.ts';

/** Bottom to top. */
const CELL_LAYERS: readonly CellKindName[] = ['fat', 'benign', 'tumour'];

/** Paints some rows of the slide; the pixels do not depend on where it is cut into strips. */
export function paintStrip(paint: Paint, strip: Strip): void {
  const { specimen, stain, mpp } = paint;
  paintGround(paint, strip);
  const area = {
    widthUm: strip.widthPx * mpp,
    fromUm: strip.top * mpp - MAX_REACH_UM,
    toUm: (strip.top + strip.rows) * mpp + MAX_REACH_UM,
  };
  for (const layer of CELL_LAYERS) {
    for (const stamp of scatterCells(layer, specimen, stain, area)) stampCell(paint, strip, stamp);
  }
}
