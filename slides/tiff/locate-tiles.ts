import type { ByteRange } from '../../domain/byte-source.ts';
import type { Rect } from '../../domain/geometry.ts';
import { slideError } from '../slide-error.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import type { TiffFile } from './read-header.ts';
import { readNumbersAt } from './read-values.ts';
import type { TiffLevel } from './tiff-level.ts';

/** A tile's place on the level and in the file; no length where the slide leaves it out. */
export interface TilePlace extends Rect, ByteRange {
  readonly index: number;
}

/** The tiles that share pixels with any of the rectangles, each once, row by row. */
export function tilesUnder(level: TiffLevel, rects: readonly Rect[]): number[] {
  return [...new Set(rects.flatMap((rect) => tilesUnderOne(level, rect)))].toSorted((a, b) => a - b);
}

function tilesUnderOne({ info, tables }: TiffLevel, rect: Rect): number[] {
  const columns = tilesAlong({ from: rect.x, length: rect.widthPx }, { whole: info.widthPx, tile: info.tileWidthPx });
  const rows = tilesAlong({ from: rect.y, length: rect.heightPx }, { whole: info.heightPx, tile: info.tileHeightPx });
  return rows.flatMap((row) => columns.map((column) => row * tables.columns + column));
}

/** The same along one axis; all in pixels. */
function tilesAlong(
  span: { from: number; length: number },
  { whole, tile }: { whole: number; tile: number },
): number[] {
  const from = Math.max(0, span.from);
  const until = Math.min(whole, span.from + span.length);
  if (until <= from) return [];
  const first = Math.floor(from / tile);
  return Array.from({ length: Math.ceil(until / tile) - first }, (_, i) => first + i);
}

/** Looks up where tiles lie. Throws `slide-truncated` for one that reaches past the end, `slide-unreadable` for a lost one. */
export async function locateTiles(
  file: TiffFile,
  { level, indices }: { level: TiffLevel; indices: readonly number[] },
  options?: BlockReadOptions,
): Promise<TilePlace[]> {
  const { offsets, byteCounts } = level.tables;
  const [places = [], lengths = []] = await readNumbersAt(
    file,
    [
      { entry: offsets, indices },
      { entry: byteCounts, indices },
    ],
    options,
  );
  return indices.map((index, i) => {
    const place = { ...rectOf(level, index), index, offset: places[i] ?? 0, length: lengths[i] ?? 0 };
    checkPlace(file, level, place);
    return place;
  });
}

function rectOf({ info, tables, tiled }: TiffLevel, index: number): Rect {
  const x = (index % tables.columns) * info.tileWidthPx;
  const y = Math.floor(index / tables.columns) * info.tileHeightPx;
  const heightPx = tiled ? info.tileHeightPx : Math.min(info.tileHeightPx, info.heightPx - y);
  return { x, y, widthPx: info.tileWidthPx, heightPx };
}

function checkPlace(file: TiffFile, level: TiffLevel, { index, offset, length }: TilePlace): void {
  const where = `tile ${index} of level ${level.info.index}`;
  if (length === 0) {
    if (level.sparseAllowed) return;
    throw slideError('slide-unreadable', file.name, `has lost ${where}: it has no bytes.`);
  }
  checkLimit('tileBytes', length, file.name);
  const { sizeBytes } = file.blocks;
  if (![offset, length].every((value) => Number.isSafeInteger(value) && value >= 0) || offset + length > sizeBytes) {
    throw slideError(
      'slide-truncated',
      file.name,
      `has ${sizeBytes} bytes, but ${where} lies at bytes ${offset} to ${offset + length - 1}.`,
    );
  }
}
