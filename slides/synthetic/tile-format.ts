import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import sharp from 'sharp';
import { GLASS } from '../../domain/image.ts';
import { short, type TiffTags } from '../../domain/tiff-directory.ts';
import { TAG } from '../../domain/tiff-tags.ts';

/** What a pyramid's tiles are made of and how they are packed. */
export interface TileFormat {
  readonly channels: 1 | 3;
  /** Value of what a tile has beyond the picture's edge. */
  readonly outside: number;
  readonly tags: TiffTags;
  encode(tile: Uint8Array, tilePx: number): Promise<Uint8Array>;
}

const JPEG = 7;
const YCBCR = 6;
const CHROMA_HALF = 2;

/** Colour as scanners store it: JPEG with halved chroma. */
export const jpegTiles = (quality: number): TileFormat => ({
  channels: 3,
  outside: GLASS,
  tags: {
    [TAG.bitsPerSample]: short(8, 8, 8),
    [TAG.compression]: short(JPEG),
    [TAG.photometric]: short(YCBCR),
    [TAG.samplesPerPixel]: short(3),
    [TAG.ycbcrSubsampling]: short(CHROMA_HALF, CHROMA_HALF),
  },
  encode: (tile, tilePx) =>
    sharp(tile, { raw: { width: tilePx, height: tilePx, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: '4:2:0' })
      .toBuffer(),
});

const DEFLATE = 8;
const BLACK_IS_ZERO = 1;
const deflated = promisify(deflate);

/** A mask of 0 and 1, without loss. */
export const MASK_TILES: TileFormat = {
  channels: 1,
  outside: 0,
  tags: {
    [TAG.bitsPerSample]: short(8),
    [TAG.compression]: short(DEFLATE),
    [TAG.photometric]: short(BLACK_IS_ZERO),
    [TAG.samplesPerPixel]: short(1),
  },
  encode: (tile) => deflated(tile),
};
