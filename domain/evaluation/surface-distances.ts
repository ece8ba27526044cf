import { surfaceLength, type Surface } from './surface.ts';

/** How many surface pixels are how far away: squared distances in pixels of the plane, which are whole numbers, and their counts. */
export type DistanceCounts = ReadonlyMap<number, number>;

/** Columns looked at together: all rows of them are held, 4 bytes a pixel. */
const COLUMNS_AT_ONCE = 64;
const NONE = -1;

/**
 * Of each pixel of `from` the exact Euclidean distance, centre to centre, to the nearest pixel of `to`, counted by value.
 *
 * It is the two-step distance transform of Felzenszwalb and Huttenlocher (Theory of Computing 8, 2012), first along rows, then down
 * columns, done for few columns at a time: memory is that of the surfaces, and time goes at most with the area between them, however ragged
 * they are. Without a pixel in `to` there are no distances.
 */
export function surfaceDistances(from: Surface, to: Surface): DistanceCounts {
  const counts = new Map<number, number>();
  if (surfaceLength(to) === 0 || surfaceLength(from) === 0) return counts;
  const rows = rowsWithPixels(to);
  const asked = groupByColumns(from);
  const across = new Int32Array(rows.length * COLUMNS_AT_ONCE);
  const envelope = createEnvelope(rows.length);
  for (const { first, width, columns } of asked) {
    const places = distancesAlongRows(to, { rows, first, width, across });
    for (const [offset, lines] of columns.entries()) {
      if (lines.length === 0) continue;
      envelope.begin();
      for (let i = 0; i < rows.length; i++) envelope.add(rows[i]!, places[i * COLUMNS_AT_ONCE + offset]!);
      for (const squared of envelope.lowestAt(lines)) counts.set(squared, (counts.get(squared) ?? 0) + 1);
    }
  }
  return counts;
}

const rowsWithPixels = ({ starts }: Surface): Int32Array =>
  Int32Array.from(Array.from(starts.keys()).filter((y) => y + 1 < starts.length && starts[y + 1]! > starts[y]!));

/** Some neighbouring columns, and for each of them the rows in which it has pixels, ascending. */
interface ColumnGroup {
  readonly first: number;
  readonly width: number;
  readonly columns: readonly (readonly number[])[];
}

/** Goes through the surface once for each group, from the place where it stopped in each row. */
function* groupByColumns({ starts, columns }: Surface): Generator<ColumnGroup> {
  const next = starts.slice(0, -1);
  const end = columns.reduce((most, x) => Math.max(most, x), 0) + 1;
  for (let first = 0; first < end; first += COLUMNS_AT_ONCE) {
    const width = Math.min(COLUMNS_AT_ONCE, end - first);
    const group = Array.from({ length: width }, (): number[] => []);
    let found = false;
    for (let y = 0; y < next.length; y++) {
      let at = next[y]!;
      for (; at < starts[y + 1]! && columns[at]! < first + width; at++) {
        group[columns[at]! - first]!.push(y);
        found = true;
      }
      next[y] = at;
    }
    if (found) yield { first, width, columns: group };
  }
}

interface RowDistances {
  readonly rows: Int32Array;
  readonly first: number;
  readonly width: number;
  /** Overwritten: row by row of `rows`, the distance of each column of the group to the row's nearest pixel. */
  readonly across: Int32Array;
}

function distancesAlongRows({ starts, columns }: Surface, { rows, first, width, across }: RowDistances): Int32Array {
  for (let i = 0; i < rows.length; i++) {
    const end = starts[rows[i]! + 1]!;
    let right = firstNotBefore(columns, first, { from: starts[rows[i]!]!, end });
    let left = right > starts[rows[i]!]! ? columns[right - 1]! : NONE;
    for (let offset = 0; offset < width; offset++) {
      const x = first + offset;
      while (right < end && columns[right]! <= x) left = columns[right++]!;
      const toLeft = left === NONE ? Infinity : x - left;
      const toRight = right < end ? columns[right]! - x : Infinity;
      across[i * COLUMNS_AT_ONCE + offset] = Math.min(toLeft, toRight);
    }
  }
  return across;
}

function firstNotBefore(columns: Uint32Array, x: number, { from, end }: { from: number; end: number }): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lower envelope of parabolas `(y - row)^2 + across^2`, added by ascending rows. */
interface Envelope {
  begin(): void;
  add(row: number, across: number): void;
  /** Its value at each of the ascending lines. */
  lowestAt(lines: readonly number[]): Generator<number>;
}

function createEnvelope(most: number): Envelope {
  const row = new Float64Array(most);
  const height = new Float64Array(most);
  /** Where a parabola becomes the lowest. */
  const since = new Float64Array(most);
  let length = 0;
  return {
    begin: () => void (length = 0),
    add(at, across) {
      const squared = across * across;
      let meets = -Infinity;
      while (length > 0) {
        const last = length - 1;
        meets = (squared + at * at - height[last]! - row[last]! * row[last]!) / (2 * (at - row[last]!));
        if (meets > since[last]!) break;
        length -= 1;
        meets = -Infinity;
      }
      row[length] = at;
      height[length] = squared;
      since[length] = meets;
      length += 1;
    },
    *lowestAt(lines) {
      let k = 0;
      for (const line of lines) {
        while (k + 1 < length && since[k + 1]! < line) k += 1;
        yield (line - row[k]!) ** 2 + height[k]!;
      }
    },
  };
}
