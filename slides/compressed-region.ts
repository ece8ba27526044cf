import type { ByteCount } from '../domain/byte-source.ts';
import type { Rect, Size } from '../domain/geometry.ts';
import type { TileEncoding } from './tile-encoding.ts';

/** One tile as it lies in the file. */
export interface CompressedTile extends Rect {
  /** Its number within the level, row by row. */
  readonly index: number;
  /** None where the slide has no tile there: white, as a scanner leaves out empty glass. */
  readonly data: Uint8Array;
}

/** The tiles under a rectangle of a level and all that decoding needs: plain data that crosses threads. */
export interface CompressedRegion {
  readonly slide: string;
  readonly level: number;
  /** In pixels of the level; it may reach beyond it. */
  readonly rect: Rect;
  /** The level's own size: what lies outside is white. */
  readonly levelSize: Size;
  readonly tileSize: Size;
  readonly encoding: TileEncoding;
  /** Each tile once, row by row; `x`, `y`, `widthPx`, `heightPx` are those of the whole tile on the level. */
  readonly tiles: readonly CompressedTile[];
  readonly bytes: ByteCount;
}

/** The buffers to hand over (not copy) when a region is posted to another thread; afterwards it is empty here. */
export const transferList = (region: CompressedRegion): ArrayBuffer[] => [
  ...new Set(
    region.tiles.flatMap(({ data }) =>
      data.byteLength > 0 && data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
    ),
  ),
];
