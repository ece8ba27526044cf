import type { Heatmap } from '../domain/heatmap.ts';
import { writeTiff } from './write-tiff.ts';

/**
 * `heatmap.tif`: the scores as float32, one pixel a cell, 0 where not analysed; on the second page the status of each cell (0 glass,
 * 1 analysed, 2 failed). `cellUm` is a cell's side in um, which the resolution tags state.
 */
export function encodeHeatmapTiff({ heatmap, cellUm }: { heatmap: Heatmap; cellUm: number }): Uint8Array {
  const size = { widthPx: heatmap.columns, heightPx: heatmap.rows, pixelUm: { x: cellUm, y: cellUm } };
  const place = `one pixel a cell of ${Number(cellUm.toFixed(4))} um, cell (0, 0) at the slide's upper left corner`;
  return writeTiff([
    {
      ...size,
      pixels: { type: 'float32', data: heatmap.scores },
      description: `H2G-Flow heatmap: tumour probability 0 to 1, 0 where not analysed; ${place}`,
    },
    {
      ...size,
      pixels: { type: 'uint8', data: heatmap.status },
      description: `H2G-Flow cell status: 0 glass, 1 analysed, 2 failed; ${place}`,
    },
  ]);
}
