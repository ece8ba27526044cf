/**
 * The surface of a mask: its pixels of which one of the four neighbours is not set, those at the plane's border among them (as
 * `mask XOR binary_erosion(mask)` of SciPy, which MONAI and MedPy use). Row by row, so its size goes with the length of the outline:
 * four bytes a pixel of it.
 */
export interface Surface {
  /** Of the pixels of row `y`, `columns[starts[y]]` is the first and `columns[starts[y + 1] - 1]` the last. */
  readonly starts: Float64Array;
  readonly columns: Uint32Array;
}

export const surfaceLength = ({ columns }: Surface): number => columns.length;

const FIRST_ROOM = 1 << 16;

/** Finds the surface of a mask whose rows come one after the other; holds three of them. */
export class SurfaceTracer {
  readonly #widthPx: number;
  readonly #starts: Float64Array;
  #columns = new Uint32Array(FIRST_ROOM);
  #length = 0;
  /** Rows that have come. */
  #rows = 0;
  /** A pixel wider on both sides than the mask: beyond its border nothing is set. */
  #above: Uint8Array;
  #here: Uint8Array;
  #below: Uint8Array;

  constructor({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }) {
    this.#widthPx = widthPx;
    this.#starts = new Float64Array(heightPx + 1);
    this.#above = new Uint8Array(widthPx + 2);
    this.#here = new Uint8Array(widthPx + 2);
    this.#below = new Uint8Array(widthPx + 2);
  }

  /** Takes the next row, which may be overwritten afterwards. */
  push(row: Uint8Array): void {
    this.#below.set(row, 1);
    if (this.#rows > 0) this.#trace();
    this.#step();
    this.#rows += 1;
  }

  /** To be called once, after the last row. */
  finish(): Surface {
    this.#below.fill(0);
    if (this.#rows > 0) this.#trace();
    return { starts: this.#starts, columns: this.#columns.slice(0, this.#length) };
  }

  #step(): void {
    const free = this.#above;
    this.#above = this.#here;
    this.#here = this.#below;
    this.#below = free;
  }

  #trace(): void {
    const [above, here, below] = [this.#above, this.#here, this.#below];
    this.#makeRoom();
    const columns = this.#columns;
    let length = this.#length;
    for (let x = 1; x <= this.#widthPx; x++) {
      if (here[x] === 0) continue;
      if ((here[x - 1]! & here[x + 1]! & above[x]! & below[x]!) === 0) columns[length++] = x - 1;
    }
    this.#length = length;
    this.#starts[this.#rows] = length;
  }

  /** For a whole row more. */
  #makeRoom(): void {
    if (this.#length + this.#widthPx <= this.#columns.length) return;
    const larger = new Uint32Array(this.#columns.length * 2 + this.#widthPx);
    larger.set(this.#columns.subarray(0, this.#length));
    this.#columns = larger;
  }
}
