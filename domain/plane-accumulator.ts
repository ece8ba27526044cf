import { addRow, addRows } from './add-rows.ts';
import { areaAxis, type AreaAxis } from './area-axis.ts';
import type { Size } from './geometry.ts';
import type { RgbImage } from './image.ts';

/** Shrinks a picture that is too large to hold: its blocks come one after the other, in any order, each place once. */
export interface PlaneAccumulator {
  /** Adds a block whose upper left corner lies at `place` of the source; what reaches beyond the source is left out. */
  add(block: RgbImage, place: { readonly x: number; readonly y: number }): void;
  /** The plane; throws when a part of the source never came. */
  finish(): RgbImage;
}

/** One output row in work: sums by column, and how much of its area has come. */
interface OpenRow {
  readonly sums: Float64Array;
  area: number;
}

/**
 * The same exact area average as `areaAverage`, for a whole plane. It holds the target and those of its rows that are not complete:
 * with blocks in raster order these are as many as lie under one row of blocks.
 */
export function createPlaneAccumulator(source: Size, target: Size): PlaneAccumulator {
  const across = areaAxis(source.widthPx, target.widthPx);
  const down = areaAxis(source.heightPx, target.heightPx);
  const rowArea = down.total * source.widthPx;
  const data = new Uint8Array(target.widthPx * target.heightPx * 3);
  const open = new Map<number, OpenRow>();
  let complete = 0;

  return {
    add(block, { x, y }) {
      const widthPx = Math.min(block.widthPx, source.widthPx - x);
      const bottom = Math.min(y + block.heightPx, source.heightPx);
      const columns = new Float64Array(widthPx * 3);
      for (let row = Math.floor((y * down.full) / down.total); row * down.total < bottom * down.full; row += 1) {
        const weight = sumColumns(block, { y, bottom, down, row }, columns);
        const open = openRow(row);
        sumAcross(columns, { x, widthPx, across }, open.sums);
        open.area += weight * widthPx;
        if (open.area === rowArea) close(row, open);
      }
    },
    finish() {
      if (complete !== target.heightPx) {
        throw new RangeError(`${target.heightPx - complete} of ${target.heightPx} rows of the plane are incomplete`);
      }
      return { ...target, data };
    },
  };

  function openRow(row: number): OpenRow {
    const found = open.get(row) ?? { sums: new Float64Array(target.widthPx * 3), area: 0 };
    open.set(row, found);
    return found;
  }

  function close(row: number, { sums }: OpenRow): void {
    const total = across.total * down.total;
    const out = data.subarray(row * sums.length, (row + 1) * sums.length);
    for (let i = 0; i < sums.length; i += 1) out[i] = Math.floor((sums[i]! + total / 2) / total);
    open.delete(row);
    complete += 1;
  }
}

interface RowsUnder {
  readonly y: number;
  readonly bottom: number;
  readonly down: AreaAxis;
  readonly row: number;
}

/** The block's rows under one output row, weighted and summed column by column; gives the sum of the weights. */
function sumColumns(block: RgbImage, { y, bottom, down, row }: RowsUnder, columns: Float64Array): number {
  const first = down.firsts[row]!;
  const last = down.lasts[row]!;
  const rowAt = (at: number): Uint8Array => {
    const from = (at - y) * block.widthPx * 3;
    return block.data.subarray(from, from + columns.length);
  };
  const from = Math.max(first + 1, y);
  const until = Math.max(from, Math.min(last, bottom));
  columns.fill(0);
  addRows(columns, rowAt, { from, until, weight: down.full });
  let weights = (until - from) * down.full;
  const addEdge = (at: number, weight: number): void => {
    if (at < y || at >= bottom || weight === 0) return;
    addRow(columns, rowAt(at), weight);
    weights += weight;
  };
  addEdge(first, down.heads[row]!);
  addEdge(last, down.tails[row]!);
  return weights;
}

interface ColumnsUnder {
  readonly x: number;
  readonly widthPx: number;
  readonly across: AreaAxis;
}

function sumAcross(columns: Float64Array, { x, widthPx, across }: ColumnsUnder, sums: Float64Array): void {
  const { firsts, lasts, heads, tails, full, total } = across;
  const right = x + widthPx;
  for (let out = Math.floor((x * full) / total); out * total < right * full; out += 1) {
    const first = firsts[out]!;
    const last = lasts[out]!;
    for (let at = Math.max(first, x); at <= Math.min(last, right - 1); at += 1) {
      const weight = at === first ? heads[out]! : at === last ? tails[out]! : full;
      const from = (at - x) * 3;
      sums[out * 3] = sums[out * 3]! + columns[from]! * weight;
      sums[out * 3 + 1] = sums[out * 3 + 1]! + columns[from + 1]! * weight;
      sums[out * 3 + 2] = sums[out * 3 + 2]! + columns[from + 2]! * weight;
    }
  }
}
