import type { CompressedRegion, CompressedTile } from './compressed-region.ts';
import { decompress } from './decode/decompress.ts';
import { undoDifferences } from './decode/undo-differences.ts';

/**
 * The samples of one tile of a grey mask, row by row of the whole tile. A tile that the file leaves out is empty: no tumour. Throws an `Error` that
 * says what is wrong, not with which tile.
 */
export function maskSamples(
  { encoding, tileSize }: Pick<CompressedRegion, 'encoding' | 'tileSize'>,
  tile: CompressedTile,
): Uint8Array {
  const { widthPx, heightPx, data } = tile;
  if (data.byteLength === 0) return new Uint8Array(widthPx * heightPx);
  // The last strip of a picture may be as high as the others.
  const samples = decompress(encoding.compression, data, widthPx * Math.max(heightPx, tileSize.heightPx));
  if (samples.byteLength !== widthPx * heightPx && samples.byteLength !== widthPx * tileSize.heightPx)
    throw new Error(
      `it decodes to ${samples.byteLength} bytes where ${widthPx} x ${heightPx} pixels take ${widthPx * heightPx}`,
    );
  if (encoding.differences) undoDifferences(samples, { rowBytes: widthPx, samples: 1 });
  return samples;
}
