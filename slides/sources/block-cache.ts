import type { ByteRange, ByteSource } from '../../domain/byte-source.ts';
import { placeOf } from '../slide-name.ts';
import { mapInParallel } from './map-in-parallel.ts';
import { mergeRanges } from './merge-ranges.ts';
import { pastTheEnd } from './past-the-end.ts';

/** Small, as a directory with all its values takes one or two kilobytes; neighbouring blocks are read together anyway. */
const BLOCK_BYTES = 2048;
/** A gap of this many bytes costs less than another round trip. */
const GAP_BYTES = 32 * 1024;
const MAX_READ_BYTES = 1024 * 1024;
const READS_AT_ONCE = 4;
/** Beyond it the blocks that came first are forgotten; the tile tables of a large slide take about two megabytes. */
const MAX_BLOCKS = (32 * 1024 * 1024) / BLOCK_BYTES;

export interface BlockReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes really read for this call. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** Reads small things here and there, each block of the file once. */
export interface BlockCache {
  readonly sizeBytes: number;
  /** Makes sure of all ranges in few reads; the answer gives the bytes of any range within them. */
  load(ranges: readonly ByteRange[], options?: BlockReadOptions): Promise<(range: ByteRange) => Uint8Array>;
}

/** One call reads at a time, so that calls side by side do not fetch the same blocks. */
export function createBlockCache(source: ByteSource): BlockCache {
  const blocks = new Map<number, Uint8Array>();
  let last: Promise<unknown> = Promise.resolve();

  const load = async (
    ranges: readonly ByteRange[],
    options: BlockReadOptions,
  ): Promise<(range: ByteRange) => Uint8Array> => {
    options.signal?.throwIfAborted();
    const wanted = [...new Set(ranges.flatMap(blocksOf))];
    await fetchBlocks(source, { blocks, missing: wanted.filter((block) => !blocks.has(block)), options });
    const mine = new Map(wanted.map((block) => [block, blocks.get(block)]));
    forgetOldest(blocks);
    return (range) => copyOut(range, mine);
  };

  return {
    sizeBytes: source.sizeBytes,
    async load(ranges, options = {}) {
      for (const range of ranges) {
        const end = range.offset + range.length;
        if (!Number.isSafeInteger(range.offset) || range.offset < 0 || end > source.sizeBytes)
          throw pastTheEnd(placeOf(source.url), range, source.sizeBytes);
      }
      const turn = last.then(() => load(ranges, options));
      last = turn.catch(() => {});
      return turn;
    },
  };
}

function blocksOf({ offset, length }: ByteRange): number[] {
  const first = Math.floor(offset / BLOCK_BYTES);
  const count = length === 0 ? 0 : Math.floor((offset + length - 1) / BLOCK_BYTES) - first + 1;
  return Array.from({ length: count }, (_, i) => first + i);
}

interface Missing {
  readonly blocks: Map<number, Uint8Array>;
  readonly missing: readonly number[];
  readonly options: BlockReadOptions;
}

async function fetchBlocks(source: ByteSource, { blocks, missing, options }: Missing): Promise<void> {
  const ranges = missing.map((block) => ({ offset: block * BLOCK_BYTES, length: BLOCK_BYTES }));
  const reads = mergeRanges(ranges, {
    wasteBytes: Math.min(GAP_BYTES, ranges.length * BLOCK_BYTES),
    maxReadBytes: MAX_READ_BYTES,
  });
  await mapInParallel(reads, READS_AT_ONCE, async ({ offset, length }) => {
    const whole = { offset, length: Math.min(length, source.sizeBytes - offset) };
    const bytes = await source.fetch(whole, { signal: options.signal });
    options.onRead?.(bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) {
      blocks.set((offset + at) / BLOCK_BYTES, bytes.subarray(at, at + BLOCK_BYTES));
    }
  });
}

function forgetOldest(blocks: Map<number, Uint8Array>): void {
  for (const block of blocks.keys()) {
    if (blocks.size <= MAX_BLOCKS) return;
    blocks.delete(block);
  }
}

function copyOut({ offset, length }: ByteRange, blocks: ReadonlyMap<number, Uint8Array | undefined>): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const block of blocksOf({ offset, length })) {
    const content = blocks.get(block);
    if (!content) throw new RangeError(`bytes ${offset} to ${offset + length} were not loaded`);
    const from = Math.max(offset, block * BLOCK_BYTES);
    const until = Math.min(offset + length, block * BLOCK_BYTES + content.byteLength);
    bytes.set(content.subarray(from - block * BLOCK_BYTES, until - block * BLOCK_BYTES), from - offset);
  }
  return bytes;
}
