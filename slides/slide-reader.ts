import type { ByteRange } from '../domain/byte-source.ts';
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

/** One compressed tile's place in the file, and its bytes or the reason why they cannot be read. */
export interface StoredTile extends ByteRange {
  /** Its number within the level, row by row. */
  readonly index: number;
  readonly data: Uint8Array | { readonly unread: string };
}

/** An open slide. All methods throw `H2gError`s of the `slide-` kinds, or the signal's reason. */
export interface SlideReader {
  readonly info: SlideInfo;
  /** Bytes read to open it: headers, no pixels. */
  readonly metadataBytes: number;
  /** Reads the compressed tiles under a rectangle, and no others; nothing is decoded. */
  fetchRegion(request: RegionRequest, options?: { signal?: AbortSignal | undefined }): Promise<CompressedRegion>;
  /** The compressed tiles under a rectangle of a level, each read by itself: one that cannot be read hides no other. */
  readStoredTiles(
    place: { readonly level: number; readonly rect: Rect },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<StoredTile[]>;
  /** Makes sure that every tile of a level lies within the file, reading the tables but no tile; a truncated slide is found before any work. */
  checkTiles(level: number, options?: { signal?: AbortSignal | undefined }): Promise<TileFacts>;
  /** Closes the source too. */
  close(): Promise<void>;
}
