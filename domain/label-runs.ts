import type { BinaryImage } from './image.ts';

/** A mask as horizontal runs of set pixels, row by row, each with the id of its 4-connected area (the index of one of its runs). */
export interface LabelledRuns {
  /** Column of each run's first pixel, and the one after its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of each row's first run; one more entry closes the last row. */
  readonly rowStart: Int32Array;
  readonly area: Int32Array;
}

/** Memory grows with the number of runs, not of pixels. */
export function labelRuns(mask: BinaryImage): LabelledRuns {
  const { starts, ends, rowStart } = findRuns(mask);
  const parent = Int32Array.from(starts, (_, run) => run);
  for (let y = 1; y < mask.heightPx; y++) joinRows(parent, { starts, ends, rowStart }, y);
  return { starts, ends, rowStart, area: parent.map((_, run) => rootOf(parent, run)) };
}

function findRuns({ widthPx, heightPx, data }: BinaryImage): Omit<LabelledRuns, 'area'> {
  const starts: number[] = [];
  const ends: number[] = [];
  const rowStart = new Int32Array(heightPx + 1);
  for (let y = 0; y < heightPx; y++) {
    rowStart[y] = starts.length;
    const row = data.subarray(y * widthPx, (y + 1) * widthPx);
    // The engine finds a byte many pixels at a time, and most of a mask is long runs.
    for (let start = row.indexOf(1); start !== -1;) {
      const end = endOfRun(row, start);
      starts.push(start);
      ends.push(end);
      start = row.indexOf(1, end);
    }
  }
  rowStart[heightPx] = starts.length;
  return { starts: Int32Array.from(starts), ends: Int32Array.from(ends), rowStart };
}

function endOfRun(row: Uint8Array, start: number): number {
  const end = row.indexOf(0, start);
  return end === -1 ? row.length : end;
}

/** Joins the runs of row `y` with those above that share an edge with them. */
function joinRows(parent: Int32Array, { starts, ends, rowStart }: Omit<LabelledRuns, 'area'>, y: number): void {
  const top = rowStart[y] ?? 0;
  let above = rowStart[y - 1] ?? 0;
  let here = top;
  while (above < top && here < (rowStart[y + 1] ?? 0)) {
    const aboveEnd = ends[above] ?? 0;
    const hereEnd = ends[here] ?? 0;
    if ((starts[above] ?? 0) < hereEnd && (starts[here] ?? 0) < aboveEnd) join(parent, above, here);
    if (aboveEnd < hereEnd) above++;
    else here++;
  }
}

function join(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run;
  for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
    parent[at] = parent[up] ?? up;
    at = up;
  }
  return at;
}
