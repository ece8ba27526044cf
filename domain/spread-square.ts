import type { BinaryImage } from './image.ts';

/**
 * Every pixel takes `value` if any pixel of the square of `radius` around it has it; what lies beyond the border never has. A square is a row
 * of a column, so the time does not depend on its size.
 */
export function spreadSquare(image: BinaryImage, radius: number, value: 0 | 1): BinaryImage {
  const { widthPx, heightPx } = image;
  const data = new Uint8Array(widthPx * heightPx).fill(1 - value);
  const across = new Uint8Array(widthPx);
  /** Of each column, the last row that what was seen so far reaches. */
  const reached = new Int32Array(widthPx).fill(-1);
  for (let y = -radius; y < heightPx; y++) {
    const enters = y + radius;
    across.fill(0);
    if (enters < heightPx) spreadAcross(image, { y: enters, radius, value, into: across });
    const row = Math.max(0, y) * widthPx;
    for (let x = 0; x < widthPx; x++) {
      if (across[x] === 1) reached[x] = enters + radius;
      if (y >= 0 && reached[x]! >= y) data[row + x] = value;
    }
  }
  return { widthPx, heightPx, data };
}

interface Across {
  readonly y: number;
  readonly radius: number;
  readonly value: 0 | 1;
  readonly into: Uint8Array;
}

/** Sets 1 where a pixel of `value` lies within `radius` in the row. */
function spreadAcross({ widthPx, data }: BinaryImage, { y, radius, value, into }: Across): void {
  const row = y * widthPx;
  let marked = 0;
  for (let x = 0; x < widthPx; x++) {
    if (data[row + x] !== value) continue;
    const end = x + radius + 1 < widthPx ? x + radius + 1 : widthPx;
    for (let at = marked > x - radius ? marked : x - radius; at < end; at++) into[at] = 1;
    marked = end;
  }
}
