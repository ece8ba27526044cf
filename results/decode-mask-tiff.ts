import { inflateSync } from 'node:zlib';
import { hasOnlyBits } from '../domain/count-set.ts';
import { H2gError } from '../domain/error.ts';
import type { BinaryImage } from '../domain/image.ts';
import { readMaskTiles, type MaskTiles } from './read-mask-tiles.ts';

/** A tile of nothing but glass or tumour packs into less, and into the same bytes wherever it lies. */
const PLAIN_TILE_BYTES = 256;

/** The mask that `encodeMaskTiff` wrote, at full size. Throws `object-changed` where it is something else. */
export async function decodeMaskTiff(tiff: Uint8Array): Promise<BinaryImage> {
  try {
    return joinTiles(readMaskTiles(tiff));
  } catch (cause) {
    throw new H2gError(
      {
        code: 'object-changed',
        message: `mask.tif is not as it was written: ${cause instanceof Error ? cause.message : String(cause)}.`,
        hint: 'Something else has written it: start the run again.',
      },
      { cause },
    );
  }
}

/** Most tiles are plain, so each of their few kinds is unpacked only once. */
function joinTiles({ widthPx, heightPx, tilePx, tiles }: MaskTiles): BinaryImage {
  const mask = { widthPx, heightPx, data: new Uint8Array(widthPx * heightPx) };
  const plain = new Map<string, Uint8Array>();
  const unpackOnce = (packed: Buffer): Uint8Array => {
    if (packed.length > PLAIN_TILE_BYTES) return unpackTile(packed, tilePx);
    const key = packed.toString('latin1');
    const pixels = plain.get(key) ?? unpackTile(packed, tilePx);
    plain.set(key, pixels);
    return pixels;
  };
  const across = Math.ceil(widthPx / tilePx);
  for (const [index, packed] of tiles.entries()) {
    const place = { x: (index % across) * tilePx, y: Math.floor(index / across) * tilePx };
    paintTile(mask, { pixels: unpackOnce(packed), tilePx, ...place });
  }
  return mask;
}

function unpackTile(packed: Buffer, tilePx: number): Uint8Array {
  const sizeBytes = tilePx * tilePx;
  const pixels = inflateSync(packed, { chunkSize: sizeBytes, maxOutputLength: sizeBytes });
  if (pixels.length < sizeBytes) throw new Error(`a tile of ${sizeBytes} pixels has ${pixels.length}`);
  if (!hasOnlyBits(pixels)) throw new Error(`it has values up to ${Math.max(...new Set(pixels))}, not 0 and 1`);
  return pixels.includes(1) ? pixels : NO_TUMOUR;
}

/** Stands for a tile that need not be painted. */
const NO_TUMOUR = new Uint8Array();

interface PlacedTile {
  readonly pixels: Uint8Array;
  readonly tilePx: number;
  readonly x: number;
  readonly y: number;
}

/** The last tiles of rows and columns reach beyond the mask. */
function paintTile(mask: BinaryImage, { pixels, tilePx, x, y }: PlacedTile): void {
  if (pixels === NO_TUMOUR) return;
  const visiblePx = Math.min(tilePx, mask.widthPx - x);
  const rows = Math.min(tilePx, mask.heightPx - y);
  for (let row = 0; row < rows; row++) {
    const from = row * tilePx;
    mask.data.set(pixels.subarray(from, from + visiblePx), (y + row) * mask.widthPx + x);
  }
}
