/** Sizes and places. Pixel positions are `{ x, y }`, cell positions `{ column, row }`, and the two are never mixed. */
export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A rectangle of pixels; it may reach beyond the picture it speaks of. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** One patch's place on the detection plane. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** Rounds halves up, also below zero, as every number of the design does. @example roundHalfUp(2.5) // 3 */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5);

export const cellIndex = (grid: Grid, cell: Cell): number => cell.row * grid.columns + cell.column;

export const cellAt = (grid: Grid, index: number): Cell => ({
  column: index % grid.columns,
  row: Math.floor(index / grid.columns),
});
