import { DAMAGED_TILE } from '../domain/damaged-tile.ts';
import { asH2gError, H2gError } from '../domain/error.ts';
import type { Rect, Size } from '../domain/geometry.ts';
import { GLASS, type RgbImage } from '../domain/image.ts';
import type { CompressedRegion, CompressedTile } from './compressed-region.ts';
import { slideError } from './slide-error.ts';
import type { TileDecoder } from './tile-decoder.ts';

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Pixels to write into instead of a new buffer; at least width x height x 3 bytes. */
  readonly into?: Uint8Array | undefined;
}

/** sharp decodes outside this thread, so a few tiles go side by side. */
const TILES_AT_ONCE = 4;

/**
 * The pixels of a region. What lies outside the slide is white, and so is a tile that the slide leaves out. Throws `slide-unreadable`
 * naming the tile that cannot be decoded or decodes to another size: a cell without its pixels must fail, not look like glass.
 */
export async function decodeRegion(
  region: CompressedRegion,
  decoder: TileDecoder,
  { signal, into }: DecodeOptions = {},
): Promise<RgbImage> {
  const canvas = blankCanvas(region, into);
  let pending: Promise<void>[] = [];
  try {
    for (const tile of region.tiles) {
      if (tile.data.byteLength === 0) continue;
      signal?.throwIfAborted();
      const painting = paint(region, { tile, canvas }, decoder);
      if (!painting) continue;
      pending.push(painting);
      if (pending.length < TILES_AT_ONCE) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
  } finally {
    // Nobody may write into the canvas any more once this has ended, whichever way.
    await Promise.allSettled(pending);
  }
  return canvas;
}

/** White only where white may remain: painting all of it would cost as much as some tiles. */
function blankCanvas({ rect, levelSize, tiles }: CompressedRegion, into: Uint8Array | undefined): RgbImage {
  const { widthPx, heightPx } = rect;
  const sizeBytes = widthPx * heightPx * 3;
  if (into && into.byteLength < sizeBytes) {
    throw new RangeError(`${into.byteLength} bytes are too few for ${widthPx} x ${heightPx} pixels`);
  }
  const data = into?.subarray(0, sizeBytes) ?? new Uint8Array(sizeBytes);
  const slidePart = overlapOf(rect, { x: 0, y: 0, ...levelSize });
  const painted = tiles.reduce(
    (area, tile) => area + (tile.data.byteLength > 0 ? areaOf(overlapOf(slidePart, tile)) : 0),
    0,
  );
  if (painted < widthPx * heightPx) data.fill(GLASS);
  return { widthPx, heightPx, data };
}

const areaOf = ({ widthPx, heightPx }: Size): number => widthPx * heightPx;

function overlapOf(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return {
    x,
    y,
    widthPx: Math.max(0, Math.min(a.x + a.widthPx, b.x + b.widthPx) - x),
    heightPx: Math.max(0, Math.min(a.y + a.heightPx, b.y + b.heightPx) - y),
  };
}

function paint(
  region: CompressedRegion,
  { tile, canvas }: { tile: CompressedTile; canvas: RgbImage },
  decoder: TileDecoder,
): Promise<void> | void {
  const { rect, levelSize, encoding, tileSize } = region;
  try {
    const painting = decoder.paint({
      tile,
      encoding,
      tileSize,
      canvas,
      x: tile.x - rect.x,
      y: tile.y - rect.y,
      inside: {
        widthPx: Math.min(tile.widthPx, levelSize.widthPx - tile.x),
        heightPx: Math.min(tile.heightPx, levelSize.heightPx - tile.y),
      },
    });
    return painting?.catch((error: unknown) => {
      throw tileError(region, tile, error);
    });
  } catch (error) {
    throw tileError(region, tile, error);
  }
}

function tileError({ slide, level }: CompressedRegion, tile: CompressedTile, error: unknown): H2gError {
  if (error instanceof H2gError) return error;
  const place = `tile ${tile.index} of level ${level} (at ${tile.x}, ${tile.y})`;
  return slideError('slide-unreadable', slide, `${DAMAGED_TILE}: ${place}: ${asH2gError(error).message}.`, {
    cause: error,
  });
}
