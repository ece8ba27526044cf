import type { Rect } from '../../domain/geometry.ts';
import type { TileBatch } from '../../domain/messages.ts';
import type { CompressedRegion } from '../../slides/compressed-region.ts';
import type { SlideCache } from '../slide-cache.ts';

/** Where a batch's pixels lie. */
export type BatchPlace = Pick<TileBatch, 'slide' | 'level' | 'cells' | 'cellPx'>;

export type FetchBatch = (batch: BatchPlace, options: { signal: AbortSignal }) => Promise<CompressedRegion>;

/** Reads just the compressed tiles that the batch's cells touch. */
export const createFetchBatch =
  (slides: SlideCache): FetchBatch =>
  ({ slide, level, cells, cellPx }, { signal }) => {
    const parts = cells.map(([column, row]) => cellRect(column, row, cellPx));
    return slides.use(slide, (reader) => reader.fetchRegion({ level, rect: enclosing(parts), parts }, { signal }));
  };

const cellRect = (column: number, row: number, cellPx: number): Rect => ({
  x: column * cellPx,
  y: row * cellPx,
  widthPx: cellPx,
  heightPx: cellPx,
});

function enclosing(parts: readonly Rect[]): Rect {
  const x = Math.min(...parts.map((part) => part.x));
  const y = Math.min(...parts.map((part) => part.y));
  const right = Math.max(...parts.map((part) => part.x + part.widthPx));
  const bottom = Math.max(...parts.map((part) => part.y + part.heightPx));
  return { x, y, widthPx: right - x, heightPx: bottom - y };
}
