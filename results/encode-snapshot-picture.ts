import type { Heatmap } from '../domain/heatmap.ts';
import { colourHeatmap } from './colour-heatmap.ts';
import { encodePicture } from './picture-png.ts';

const LONG_SIDE_PX = 480;
const MAX_CELL_PX = 16;

/** The heatmap as far as it is known, small and bare, to be shown while the run is on: cells not yet analysed are grey. */
export function encodeSnapshotPicture(heatmap: Heatmap): Promise<Uint8Array> {
  const longest = Math.max(heatmap.columns, heatmap.rows);
  const sidePx = Math.min(MAX_CELL_PX, Math.max(1, Math.floor(LONG_SIDE_PX / longest)));
  return encodePicture(colourHeatmap(heatmap, sidePx));
}
