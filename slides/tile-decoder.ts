import type { RgbImage } from '../domain/image.ts';
import type { Size } from '../domain/geometry.ts';
import type { CompressedTile } from './compressed-region.ts';
import type { TileEncoding } from './tile-encoding.ts';

/** One tile and where its pixels go. */
export interface TilePaint {
  readonly tile: CompressedTile;
  readonly encoding: TileEncoding;
  /** The size of the level's tiles; a strip at the picture's lower edge may have it though the picture ends before. */
  readonly tileSize: Size;
  readonly canvas: RgbImage;
  /** The tile's upper left corner on the canvas; it may lie outside. */
  readonly x: number;
  readonly y: number;
  /** How many columns and rows of the tile belong to the slide, from its corner: less at the slide's edges. */
  readonly inside: Size;
}

/** Turns tiles into pixels. One decoder belongs to one thread. Its errors tell what is wrong, not with which tile. */
export interface TileDecoder {
  readonly name: 'libturbojpeg' | 'sharp';
  /** Which library was loaded, or why none was. */
  readonly detail: string;
  /** Paints what of the tile lies on the canvas; with libturbojpeg, and for all but JPEG, it is done on return. */
  paint(job: TilePaint): void | Promise<void>;
  close(): void;
}
