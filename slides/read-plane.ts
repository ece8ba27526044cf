import { addBytes, NO_BYTES, type ByteCount } from '../domain/byte-source.ts';
import type { Rect, Size } from '../domain/geometry.ts';
import type { RgbImage } from '../domain/image.ts';
import { createPlaneAccumulator } from '../domain/plane-accumulator.ts';
import type { SlideLevel } from '../domain/slide-info.ts';
import type { CompressedRegion } from './compressed-region.ts';
import { decodeRegion } from './decode-region.ts';
import { slideError } from './slide-error.ts';
import type { SlideReader } from './slide-reader.ts';
import type { TileDecoder } from './tile-decoder.ts';

export interface PlaneRequest extends Size {
  readonly level: number;
}

export interface PlaneOptions {
  readonly decoder: TileDecoder;
  readonly signal?: AbortSignal | undefined;
  /** Told the blocks read so far and their number. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Pixels decoded at once: 12 MB of them, and as much again of compressed tiles at worst. */
const BLOCK_PIXELS = 4 * 1024 * 1024;

/**
 * A whole level, area-averaged to `widthPx` x `heightPx`, whatever its size: it is read in blocks of tiles, the next one while
 * one is decoded, and only these two and the plane are held.
 */
export async function readPlane(
  slide: SlideReader,
  request: PlaneRequest,
  { decoder, signal, onProgress }: PlaneOptions,
): Promise<{ image: RgbImage; bytes: ByteCount }> {
  const level = slide.info.levels[request.level];
  if (!level) throw slideError('slide-unreadable', slide.info.name, `has no level ${request.level}.`);
  const blocks = planBlocks(level);
  const plane = createPlaneAccumulator(level, { widthPx: request.widthPx, heightPx: request.heightPx });
  const pixels = new Uint8Array(Math.max(...blocks.map(({ widthPx, heightPx }) => widthPx * heightPx * 3)));
  let bytes = NO_BYTES;
  let done = 0;
  for await (const region of readAhead(slide, { level: request.level, blocks }, signal)) {
    plane.add(await decodeRegion(region, decoder, { signal, into: pixels }), region.rect);
    bytes = addBytes(bytes, region.bytes);
    done += 1;
    onProgress?.(done, blocks.length);
  }
  return { image: plane.finish(), bytes };
}

/** Rectangles of whole tiles that cover a level in raster order: several rows of tiles where they are short, parts of one where it is long. */
export function planBlocks({ widthPx, heightPx, tileWidthPx, tileHeightPx }: SlideLevel): Rect[] {
  const columns = Math.max(1, Math.floor(Math.min(widthPx, BLOCK_PIXELS / tileHeightPx) / tileWidthPx));
  const blockWidthPx = columns * tileWidthPx + tileWidthPx > widthPx ? widthPx : columns * tileWidthPx;
  const rows = Math.max(1, Math.floor(BLOCK_PIXELS / blockWidthPx / tileHeightPx));
  const blockHeightPx = rows * tileHeightPx;
  const blocks: Rect[] = [];
  for (let y = 0; y < heightPx; y += blockHeightPx) {
    for (let x = 0; x < widthPx; x += blockWidthPx) {
      blocks.push({
        x,
        y,
        widthPx: Math.min(blockWidthPx, widthPx - x),
        heightPx: Math.min(blockHeightPx, heightPx - y),
      });
    }
  }
  return blocks;
}

/** Fetches each block while the one before is in work. Ended early, it waits for the read under way. */
async function* readAhead(
  slide: SlideReader,
  { level, blocks }: { level: number; blocks: readonly Rect[] },
  signal: AbortSignal | undefined,
): AsyncGenerator<CompressedRegion> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const start = (rect: Rect | undefined): Promise<CompressedRegion> | undefined => {
    const reading = rect && slide.fetchRegion({ level, rect }, { signal: either });
    // Its failure is met where it is awaited; until then it must not count as unhandled.
    reading?.catch(() => {});
    return reading;
  };
  let next = start(blocks[0]);
  try {
    for (let i = 1; next; i += 1) {
      const region = await next;
      next = start(blocks[i]);
      yield region;
    }
  } finally {
    stop.abort();
    await next?.catch(() => {});
  }
}
