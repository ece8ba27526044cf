/** Adds up each row's differences in place (TIFF's predictor 2, 8-bit samples). */
export function undoDifferences(data: Uint8Array, { rowBytes, samples }: { rowBytes: number; samples: number }): void {
  for (let row = 0; row < data.byteLength; row += rowBytes) {
    const end = Math.min(row + rowBytes, data.byteLength);
    for (let i = row + samples; i < end; i += 1) data[i] = (data[i] ?? 0) + (data[i - samples] ?? 0);
  }
}
