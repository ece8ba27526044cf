import type { Rect } from '../domain/geometry.ts';
import type { SlideInfo } from '../domain/slide-info.ts';
import type { CompressedRegion } from './compressed-region.ts';

export interface RegionRequest {
  readonly level: number;
  /** In pixels of that level; it may reach beyond it. */
  readonly rect: Rect;
  /** Rectangles within it that are needed; tiles under none of them are not read and stay white. All of it unless given. */
  readonly parts?: readonly Rect[] | undefined;
}

export interface TileFacts {
  readonly tiles: number;
  /** Tiles that the slide leaves out. */
  readonly sparse: number;
  readonly compressedBytes: number;
  /** Bytes of tables read to know this. */
  readonly readBytes: number;
}

/** An open slide. All methods throw `H2gError`s of the `slide-` kinds, or the signal's reason. */
export interface SlideReader {
  readonly info: SlideInfo;
  /** Bytes read to open it: headers, no pixels. */
  readonly metadataBytes: number;
  /** Reads the compressed tiles under a rectangle, and no others; nothing is decoded. */
  fetchRegion(request: RegionRequest, options?: { signal?: AbortSignal | undefined }): Promise<CompressedRegion>;
  /** Makes sure that every tile of a level lies within the file, reading the tables but no tile; a truncated slide is found before any work. */
  checkTiles(level: number, options?: { signal?: AbortSignal | undefined }): Promise<TileFacts>;
  /** Closes the source too. */
  close(): Promise<void>;
}
