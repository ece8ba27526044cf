import { surfaceLength, type Surface } from './surface.ts';

/** How many surface pixels are how far away: squared distances in pixels of the plane, which are whole numbers, and their counts. */
export type DistanceCounts = ReadonlyMap<number, number>;

/** Columns looked at together: all rows of them are held, 4 bytes a pixel. */
const COLUMNS_AT_ONCE = 64;
/** So many rows above and below a pixel are looked at first, and then as often so many times more as nothing was found as near. */
const FIRST_REACH = 32;
const FURTHER = 4;
const NONE = -1;

/**
 * Of each pixel of `from` the exact Euclidean distance, centre to centre, to the nearest pixel of `to`, counted by value.
 *
 * It is the two-step distance transform of Felzenszwalb and Huttenlocher (Theory of Computing 8, 2012), first along rows, then down
 * columns, done for few columns at a time and for no more rows than a pixel's nearest one can lie in. Memory is that of the surfaces, and time goes with
 * the area between them, however ragged they are. Without a pixel in `to` there are no distances.
 */
export function surfaceDistances(from: Surface, to: Surface): DistanceCounts {
  const counts = new Map<number, number>();
  if (surfaceLength(to) === 0 || surfaceLength(from) === 0) return counts;
  const rows = rowsWithPixels(to);
  const field = new RowDistances(to, rows);
  const envelope = createEnvelope(rows.length);
  for (const { first, width, columns } of groupByColumns(from)) {
    field.moveTo(first, width);
    for (const [offset, lines] of columns.entries())
      for (const squared of columnDistances(lines, { rows, field, offset, envelope }))
        counts.set(squared, (counts.get(squared) ?? 0) + 1);
  }
  return counts;
}

interface Column {
  readonly rows: Int32Array;
  readonly field: RowDistances;
  readonly offset: number;
  readonly envelope: Envelope;
}

/** The squared distances of a column's pixels, given by their ascending lines. */
function* columnDistances(lines: readonly number[], { rows, field, offset, envelope }: Column): Generator<number> {
  let waiting = lines;
  for (let reach = FIRST_REACH; waiting.length > 0; reach *= FURTHER) {
    const further: number[] = [];
    for (const near of splitAtGaps(waiting, 2 * reach)) {
      const begin = firstNotBefore(rows, near[0]! - reach, { from: 0, end: rows.length });
      const end = firstNotBefore(rows, near.at(-1)! + reach + 1, { from: begin, end: rows.length });
      const isAll = begin === 0 && end === rows.length;
      envelope.begin();
      for (let i = begin; i < end; i++) envelope.add(rows[i]!, field.at(i, offset));
      let k = 0;
      for (const squared of envelope.lowestAt(near)) {
        // Rows that were not looked at are further away than `reach`.
        if (isAll || squared <= reach * reach) yield squared;
        else further.push(near[k]!);
        k += 1;
      }
    }
    waiting = further;
  }
}

function splitAtGaps(lines: readonly number[], gap: number): number[][] {
  const parts: number[][] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last !== undefined && line - last.at(-1)! <= gap) last.push(line);
    else parts.push([line]);
  }
  return parts;
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

/** Of some neighbouring columns the distance to the nearest pixel of a row, found when it is first asked for. */
class RowDistances {
  readonly #surface: Surface;
  readonly #rows: Int32Array;
  readonly #across: Int32Array;
  /** To which group of columns a row's distances belong. */
  readonly #groupOf: Int32Array;
  #group = 0;
  #first = 0;
  #width = 0;

  /** @param rows those that have pixels */
  constructor(surface: Surface, rows: Int32Array) {
    this.#surface = surface;
    this.#rows = rows;
    this.#across = new Int32Array(rows.length * COLUMNS_AT_ONCE);
    this.#groupOf = new Int32Array(rows.length);
  }

  moveTo(first: number, width: number): void {
    this.#group += 1;
    this.#first = first;
    this.#width = width;
  }

  /** @param i place of the row among those that have pixels @param offset of the column */
  at(i: number, offset: number): number {
    if (this.#groupOf[i] !== this.#group) this.#measure(i);
    return this.#across[i * COLUMNS_AT_ONCE + offset]!;
  }

  #measure(i: number): void {
    const { starts, columns } = this.#surface;
    const begin = starts[this.#rows[i]!]!;
    const end = starts[this.#rows[i]! + 1]!;
    let right = firstNotBefore(columns, this.#first, { from: begin, end });
    let left = right > begin ? columns[right - 1]! : NONE;
    for (let offset = 0; offset < this.#width; offset++) {
      const x = this.#first + offset;
      while (right < end && columns[right]! <= x) left = columns[right++]!;
      const toLeft = left === NONE ? Infinity : x - left;
      const toRight = right < end ? columns[right]! - x : Infinity;
      this.#across[i * COLUMNS_AT_ONCE + offset] = Math.min(toLeft, toRight);
    }
    this.#groupOf[i] = this.#group;
  }
}

/** The first place from `from` to `end` whose value is `x` or more, of ascending values; `end` where there is none. */
function firstNotBefore(
  values: Uint32Array | Int32Array,
  x: number,
  { from, end }: { from: number; end: number },
): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lower envelope of parabolas `(y - row)^2 + across^2`, added by ascending rows. */
interface Envelope {
  begin(): void;
  add(row: number, across: number): void;
  /** Its value at each of the ascending lines, Infinity where nothing was added. */
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
        yield length === 0 ? Infinity : (line - row[k]!) ** 2 + height[k]!;
      }
    },
  };
}
