import type { BinaryImage } from './image.ts';

/** Size of a pixel in um; the two may differ a little where a plane is stretched over a slide. */
export interface PixelUm {
  readonly x: number;
  readonly y: number;
}

/**
 * Squared distance in um^2 from each pixel's centre to that of the nearest pixel of value `to`, exact (Meijster, Roerdink and Hesselink
 * 2000: two passes, linear time). Infinity where there is none; beyond the border there is nothing at all.
 */
export function squaredDistances(image: BinaryImage, to: 0 | 1, pixelUm: PixelUm): Float32Array {
  const { widthPx, heightPx } = image;
  const rowsAway = distancesInColumns(image, to);
  const squared = new Float32Array(widthPx * heightPx);
  const envelope = new LowerEnvelope(widthPx, pixelUm.x);
  for (let y = 0; y < heightPx; y++) {
    envelope.clear();
    for (let x = 0; x < widthPx; x++) {
      const away = rowsAway[y * widthPx + x] ?? NONE;
      if (away !== NONE) envelope.add(x, (away * pixelUm.y) ** 2);
    }
    envelope.writeInto(squared, y * widthPx);
  }
  return squared;
}

const NONE = 0x7fffffff;

/** For each pixel the rows to the nearest pixel of value `to` in its column. */
function distancesInColumns({ widthPx, heightPx, data }: BinaryImage, to: 0 | 1): Int32Array {
  const away = new Int32Array(widthPx * heightPx);
  const settle = (index: number, neighbour: number): void => {
    const next = neighbour === NONE ? NONE : neighbour + 1;
    if (next < (away[index] ?? NONE)) away[index] = next;
  };
  for (let i = 0; i < away.length; i++) {
    away[i] = data[i] === to ? 0 : NONE;
    if (i >= widthPx) settle(i, away[i - widthPx] ?? NONE);
  }
  for (let i = away.length - widthPx - 1; i >= 0; i--) settle(i, away[i + widthPx] ?? NONE);
  return away;
}

/** The lowest of a row of parabolas `height + ((x - at) * step)^2`, one at most per pixel, added from left to right. */
class LowerEnvelope {
  private readonly at: Int32Array;
  private readonly height: Float64Array;
  /** Where each parabola begins to be the lowest. */
  private readonly from: Float64Array;
  private readonly widthPx: number;
  private readonly step: number;
  private count = 0;

  constructor(widthPx: number, stepUm: number) {
    this.widthPx = widthPx;
    this.step = stepUm * stepUm;
    this.at = new Int32Array(widthPx);
    this.height = new Float64Array(widthPx);
    this.from = new Float64Array(widthPx);
  }

  clear(): void {
    this.count = 0;
  }

  add(x: number, height: number): void {
    let begins = this.crossing(this.count - 1, x, height);
    while (this.count > 0 && begins <= (this.from[this.count - 1] ?? 0)) {
      this.count--;
      begins = this.crossing(this.count - 1, x, height);
    }
    this.at[this.count] = x;
    this.height[this.count] = height;
    this.from[this.count] = begins;
    this.count++;
  }

  writeInto(row: Float32Array, offset: number): void {
    let lowest = 0;
    for (let x = 0; x < this.widthPx; x++) {
      while (lowest + 1 < this.count && (this.from[lowest + 1] ?? 0) < x) lowest++;
      const across = x - (this.at[lowest] ?? 0);
      row[offset + x] = this.count === 0 ? Infinity : (this.height[lowest] ?? 0) + across * across * this.step;
    }
  }

  private crossing(index: number, x: number, height: number): number {
    if (index < 0) return -Infinity;
    const at = this.at[index] ?? 0;
    return ((height - (this.height[index] ?? 0)) / this.step + x * x - at * at) / (2 * (x - at));
  }
}
