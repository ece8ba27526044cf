import { CELL_STATUS, countStatus, type Heatmap } from '../domain/heatmap.ts';
import { colourHeatmap } from './colour-heatmap.ts';
import { framePicture } from './frame-picture.ts';

/** Roughly the long side of the picture; a cell is a whole number of pixels. */
const LONG_SIDE_PX = 900;
const MAX_CELL_PX = 48;

export interface HeatmapPictureInput {
  readonly heatmap: Heatmap;
  /** A cell's side in um. */
  readonly cellUm: number;
  readonly slideName: string;
}

/** `heatmap.png`: the scores in colour with a legend, a square a cell. */
export function encodeHeatmapPicture({ heatmap, cellUm, slideName }: HeatmapPictureInput): Promise<Uint8Array> {
  const longest = Math.max(heatmap.columns, heatmap.rows);
  const sidePx = Math.min(MAX_CELL_PX, Math.max(1, Math.floor(LONG_SIDE_PX / longest)));
  const failed = countStatus(heatmap, CELL_STATUS.failed);
  const analysed = countStatus(heatmap, CELL_STATUS.analysed);
  return framePicture({
    picture: colourHeatmap(heatmap, sidePx),
    umPerPx: cellUm / sidePx,
    title: slideName,
    subtitle: `Heatmap · ${heatmap.columns} × ${heatmap.rows} cells of ${Number(cellUm.toFixed(1))} µm · ${analysed} analysed, ${failed} failed`,
    legend: [
      { kind: 'scores', label: 'tumour probability' },
      { kind: 'glass', label: 'not analysed' },
      ...failedItem(failed),
    ],
  });
}

/** The legend's line for failed cells, where there are any. */
export const failedItem = (failed: number): { kind: 'failed'; label: string }[] =>
  failed === 0 ? [] : [{ kind: 'failed', label: `failed (${failed})` }];
