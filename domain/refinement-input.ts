import { sampleBilinear, type Step } from './bilinear.ts';
import type { Size } from './geometry.ts';
import type { Heatmap } from './heatmap.ts';
import type { FloatImage } from './image.ts';
import type { Placement } from './run-spec.ts';

/** How the grid lies over the slide: its cells are `cellPx` wide on a level of size `level`. */
export interface GridPlacement {
  readonly cellPx: number;
  readonly level: Size;
}

/** Cells a step of one of `size`'s pixels, where `size` is stretched over the slide. */
const STEPS: Record<Placement, (heatmap: Heatmap, on: GridPlacement, size: Size) => Step> = {
  exact: (_, { cellPx, level }, size) => ({
    x: level.widthPx / cellPx / size.widthPx,
    y: level.heightPx / cellPx / size.heightPx,
  }),
  'fast-compat': ({ columns, rows }, _, size) => ({ x: columns / size.widthPx, y: rows / size.heightPx }),
};

/**
 * The heatmap over a picture of the whole slide. `exact` samples it at the same physical points, though the grid reaches
 * beyond the slide; `fast-compat` stretches the whole grid over the picture, as FAST does.
 */
export function heatmapOverSlide(
  heatmap: Heatmap,
  on: GridPlacement,
  { size, placement }: { size: Size; placement: Placement },
): FloatImage {
  const source = { widthPx: heatmap.columns, heightPx: heatmap.rows, data: heatmap.scores };
  return sampleBilinear(source, size, STEPS[placement](heatmap, on, size));
}
