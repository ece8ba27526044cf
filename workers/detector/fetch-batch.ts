import { addBytes } from '../../domain/byte-source.ts';
import { asH2gError, H2gError } from '../../domain/error.ts';
import type { Rect } from '../../domain/geometry.ts';
import type { TileBatch } from '../../domain/messages.ts';
import type { CompressedRegion } from '../../slides/compressed-region.ts';
import type { SlideCache } from '../slide-cache.ts';

/** Where a batch's pixels lie. */
export type BatchPlace = Pick<TileBatch, 'slide' | 'level' | 'cells' | 'cellPx'>;

export type FetchBatch = (batch: BatchPlace) => Promise<CompressedRegion>;

const FETCH_WITHIN_MS = 120_000;

/**
 * Reads just the compressed tiles that the batch's cells touch.
 * @throws H2gError of the `slide-` kinds; `slide-io` also where the store takes longer than two minutes; `tiles-io` where the slide can be opened and these tiles
 * cannot be read
 */
export const createFetchBatch =
  (slides: SlideCache): FetchBatch =>
  async ({ slide, level, cells, cellPx }) => {
    const parts = cells.map(([column, row]) => cellRect(column, row, cellPx));
    const signal = AbortSignal.timeout(FETCH_WITHIN_MS);
    let isOpen = false;
    try {
      return await slides.use(slide, async (reader, openingBytes) => {
        isOpen = true;
        const region = await reader.fetchRegion({ level, rect: enclosing(parts), parts }, { signal });
        return { ...region, bytes: addBytes(region.bytes, { needed: 0, read: openingBytes }) };
      });
    } catch (thrown) {
      const error = signal.aborted ? tooSlow(slide.url, thrown) : asH2gError(thrown);
      throw isOpen && error.code === 'slide-io'
        ? new H2gError({ ...error.facts, code: 'tiles-io' }, { cause: error })
        : error;
    }
  };

const tooSlow = (url: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'slide-io',
      message: `${url}: the tiles of one batch did not come within ${FETCH_WITHIN_MS / 1000} s.`,
      hint: 'Look at the load of the store and of the line to it.',
    },
    { cause },
  );

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
