import type { Cell, Grid } from './geometry.ts';
import { cellIndex } from './geometry.ts';

/** What each cell is: on glass, analysed, or failed. The numbers are those of the second page of `heatmap.tif`. */
export const CELL_STATUS = { glass: 0, analysed: 1, failed: 2 } as const;
export type CellStatus = (typeof CELL_STATUS)[keyof typeof CELL_STATUS];

/** One float32 a cell, 0 where not analysed, and the status of every cell; both row by row. */
export interface Heatmap extends Grid {
  readonly scores: Float32Array;
  readonly status: Uint8Array;
}

export const emptyHeatmap = ({ columns, rows }: Grid): Heatmap => ({
  columns,
  rows,
  scores: new Float32Array(columns * rows),
  status: new Uint8Array(columns * rows),
});

/** Writes one cell; a `null` score is a cell that failed. Writing a cell twice leaves the last. */
export function setCell(heatmap: Heatmap, cell: Cell, score: number | null): void {
  const index = cellIndex(heatmap, cell);
  heatmap.scores[index] = score ?? 0;
  heatmap.status[index] = score === null ? CELL_STATUS.failed : CELL_STATUS.analysed;
}

export function countStatus(heatmap: Heatmap, status: CellStatus): number {
  return heatmap.status.reduce((count, value) => count + (value === status ? 1 : 0), 0);
}
