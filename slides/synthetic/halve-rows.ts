/** Rows at half the size, each pixel the mean of 2x2, rounded half up; an odd last row or column is left out. */
export function halveRows(rows: Uint8Array, widthPx: number, count: number): Uint8Array {
  const halfWidth = Math.floor(widthPx / 2);
  const halfCount = Math.floor(count / 2);
  const half = new Uint8Array(halfWidth * halfCount * 3);
  const rowBytes = widthPx * 3;
  for (let y = 0; y < halfCount; y++) {
    let from = y * 2 * rowBytes;
    let to = y * halfWidth * 3;
    for (let x = 0; x < halfWidth; x++, from += 6, to += 3) {
      for (let channel = 0; channel < 3; channel++) {
        const top = from + channel;
        const bottom = top + rowBytes;
        half[to + channel] = (rows[top]! + rows[top + 3]! + rows[bottom]! + rows[bottom + 3]! + 2) >> 2;
      }
    }
  }
  return half;
}
