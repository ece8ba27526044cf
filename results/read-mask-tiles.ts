import type { Size } from '../domain/geometry.ts';
import { TAG } from '../domain/tiff-tags.ts';

/** The mask's finest level, tile by tile as it lies in the file. */
export interface MaskTiles extends Size {
  /** Side of a tile. */
  readonly tilePx: number;
  /** Compressed, row by row. */
  readonly tiles: readonly Buffer[];
}

const BIG_TIFF_LITTLE_ENDIAN = 0x002b_4949;
const ENTRY_BYTES = 20;
const INLINE_BYTES = 8;
const DEFLATE = 8;
const TILE_PX = 256;

/** What `encodeMaskTiff` writes, whatever the mask. */
const AS_WRITTEN: readonly (readonly [tag: number, value: number])[] = [
  [TAG.bitsPerSample, 8],
  [TAG.samplesPerPixel, 1],
  [TAG.compression, DEFLATE],
  [TAG.tileWidth, TILE_PX],
  [TAG.tileLength, TILE_PX],
];

/** Finds the tiles of a file that `encodeMaskTiff` wrote. Throws where it is cut off or laid out otherwise. */
export function readMaskTiles(tiff: Uint8Array): MaskTiles {
  const bytes = Buffer.from(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (bytes.readUInt32LE(0) !== BIG_TIFF_LITTLE_ENDIAN) throw new Error('it is no little-endian BigTIFF');
  const tags = readFirstDirectory(bytes);
  for (const [tag, value] of AS_WRITTEN)
    if (tags.get(tag)?.[0] !== value) throw new Error(`its tag ${tag} is ${tags.get(tag)?.[0]}, not ${value}`);
  const [widthPx = 0] = tags.get(TAG.imageWidth) ?? [];
  const [heightPx = 0] = tags.get(TAG.imageLength) ?? [];
  const sizes = tags.get(TAG.tileByteCounts) ?? [];
  const tiles = (tags.get(TAG.tileOffsets) ?? []).map((at, i) => bytes.subarray(at, at + (sizes[i] ?? 0)));
  const expected = Math.ceil(widthPx / TILE_PX) * Math.ceil(heightPx / TILE_PX);
  if (tiles.length !== expected) throw new Error(`it has ${tiles.length} tiles, not ${expected}`);
  return { widthPx, heightPx, tilePx: TILE_PX, tiles };
}

/** The whole numbers of the first directory, by tag. */
function readFirstDirectory(bytes: Buffer): Map<number, number[]> {
  const start = readLong8(bytes, 8);
  const entries = readLong8(bytes, start);
  const tags = new Map<number, number[]>();
  for (let at = start + 8; at < start + 8 + entries * ENTRY_BYTES; at += ENTRY_BYTES) {
    const type = NUMBERS[bytes.readUInt16LE(at + 2)];
    if (type === undefined) continue;
    const count = readLong8(bytes, at + 4);
    const first = count * type.sizeBytes <= INLINE_BYTES ? at + 12 : readLong8(bytes, at + 12);
    const values = Array.from({ length: count }, (_, i) => type.read(bytes, first + i * type.sizeBytes));
    tags.set(bytes.readUInt16LE(at), values);
  }
  return tags;
}

const readLong8 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

interface NumberType {
  readonly sizeBytes: number;
  readonly read: (bytes: Buffer, at: number) => number;
}

/** By the numbers of their types: SHORT, LONG and LONG8. */
const NUMBERS: Readonly<Record<number, NumberType>> = {
  3: { sizeBytes: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  4: { sizeBytes: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  16: { sizeBytes: 8, read: readLong8 },
};
