/** Rows at half the size, each pixel the mean of 2x2, rounded half up; an odd last row or column is left out. */
export function halveRows(rows: Uint8Array, widthPx: number, count: number, channels: 1 | 3 = 3): Uint8Array {
  const halfWidth = Math.floor(widthPx / 2);
  const halfCount = Math.floor(count / 2);
  const half = new Uint8Array(halfWidth * halfCount * channels);
  const rowBytes = widthPx * channels;
  for (let y = 0; y < halfCount; y++) {
    let from = y * 2 * rowBytes;
    let to = y * halfWidth * channels;
    for (let x = 0; x < halfWidth; x++, from += 2 * channels, to += channels) {
      for (let channel = 0; channel < channels; channel++) {
        const top = from + channel;
        const bottom = top + rowBytes;
        half[to + channel] = (rows[top]! + rows[top + channels]! + rows[bottom]! + rows[bottom + channels]! + 2) >> 2;
      }
    }
  }
  return half;
}
