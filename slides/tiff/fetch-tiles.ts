import type { ByteRange, ByteSource } from '../../domain/byte-source.ts';
import type { CompressedTile } from '../compressed-region.ts';
import { mapInParallel } from '../sources/map-in-parallel.ts';
import { mergeRanges } from '../sources/merge-ranges.ts';
import type { TilePlace } from './locate-tiles.ts';

/** Of what is read at most this share may lie in gaps between the tiles that are wanted. */
const WASTE_SHARE = 0.05;
const MAX_READ_BYTES = 4 * 1024 * 1024;
const READS_AT_ONCE = 6;

/** Reads the tiles in few, bounded, parallel reads; the tiles are views into what each read brought. */
export async function fetchTiles(
  source: ByteSource,
  places: readonly TilePlace[],
  options: { signal?: AbortSignal | undefined },
): Promise<CompressedTile[]> {
  const needed = places.reduce((sum, { length }) => sum + length, 0);
  const reads = mergeRanges(places, { wasteBytes: Math.floor(needed * WASTE_SHARE), maxReadBytes: MAX_READ_BYTES });
  const chunks = await mapInParallel(reads, READS_AT_ONCE, async (range) => ({
    range,
    bytes: ownBuffer(await source.fetch(range, options)),
  }));
  const find = chunkFinder(chunks);
  return places.map(({ index, x, y, widthPx, heightPx, ...place }) => ({
    index,
    x,
    y,
    widthPx,
    heightPx,
    data: place.length === 0 ? new Uint8Array(0) : find(place),
  }));
}

interface Chunk {
  readonly range: ByteRange;
  readonly bytes: Uint8Array;
}

/** A buffer that goes to another thread must hold nothing else: some sources give views into a pool or into all they have. */
const ownBuffer = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();

/** Chunks come sorted by offset, so the one that holds a tile is the last that begins before it. */
function chunkFinder(chunks: readonly Chunk[]): (range: ByteRange) => Uint8Array {
  return ({ offset, length }) => {
    let low = 0;
    let high = chunks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((chunks[middle]?.range.offset ?? Infinity) <= offset) low = middle;
      else high = middle - 1;
    }
    const chunk = chunks[low];
    if (!chunk) throw new RangeError(`no read covers byte ${offset}`);
    return chunk.bytes.subarray(offset - chunk.range.offset, offset - chunk.range.offset + length);
  };
}
