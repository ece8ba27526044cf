import type { Size } from '../../domain/geometry.ts';
import { slideError } from '../slide-error.ts';
import { checkLimit } from '../slide-limits.ts';
import type { BlockReadOptions } from '../sources/block-cache.ts';
import type { TiffDirectory, TiffEntry } from './read-directory.ts';
import type { TiffFile } from './read-header.ts';
import { readNumbers, readText } from './read-values.ts';
import { TAG } from '../../domain/tiff-tags.ts';

/** What one directory says of its picture, before it is known whether it belongs to the pyramid. */
export interface TiffPicture extends Size {
  readonly directory: TiffDirectory;
  readonly tiled: boolean;
  /** A strip is a tile as wide as the picture. */
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  readonly description: string;
  /** TIFF's NewSubfileType: bit 0 a reduced picture, bit 2 a transparency mask. */
  readonly subfileType: number;
}

/** The tables of a picture's tiles. */
export interface TileTables {
  readonly columns: number;
  readonly rows: number;
  readonly offsets: TiffEntry;
  readonly byteCounts: TiffEntry;
}

export async function readPicture(
  file: TiffFile,
  directory: TiffDirectory,
  options?: BlockReadOptions,
): Promise<TiffPicture> {
  const number = async (tag: number): Promise<number> => (await readNumbers(file, { directory, tag }, options))[0] ?? 0;
  const widthPx = await number(TAG.imageWidth);
  const heightPx = await number(TAG.imageLength);
  const tiled = directory.entries.has(TAG.tileWidth);
  const rowsPerStrip = (await number(TAG.rowsPerStrip)) || heightPx;
  return {
    directory,
    widthPx,
    heightPx,
    tiled,
    tileWidthPx: tiled ? await number(TAG.tileWidth) : widthPx,
    tileHeightPx: tiled ? await number(TAG.tileLength) : Math.min(rowsPerStrip, heightPx),
    description: await readText(file, { directory, tag: TAG.imageDescription }, options),
    subfileType: await number(TAG.newSubfileType),
  };
}

/** Checks a picture's measures and finds the tables of its tiles. Throws `slide-too-large` or `slide-unreadable` with the numbers. */
export function tileTables(name: string, picture: TiffPicture): TileTables {
  const { widthPx, heightPx, tileWidthPx, tileHeightPx, tiled, directory } = picture;
  // Damage can make a side 0, negative, a fraction or no number at all.
  if (![widthPx, heightPx, tileWidthPx, tileHeightPx].every((side) => Number.isSafeInteger(side) && side > 0)) {
    throw slideError(
      'slide-unreadable',
      name,
      `has a picture of ${widthPx} x ${heightPx} pixels in tiles of ${tileWidthPx} x ${tileHeightPx}.`,
    );
  }
  checkLimit('pixels', widthPx * heightPx, name);
  checkLimit('tilePixels', tileWidthPx * tileHeightPx, name);
  const columns = Math.ceil(widthPx / tileWidthPx);
  const rows = Math.ceil(heightPx / tileHeightPx);
  checkLimit('tiles', columns * rows, name);
  const offsets = directory.entries.get(tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const byteCounts = directory.entries.get(tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const listed = Math.min(offsets?.count ?? 0, byteCounts?.count ?? 0);
  if (!offsets || !byteCounts || listed < columns * rows) {
    throw slideError('slide-unreadable', name, `has ${columns} x ${rows} tiles but lists the places of ${listed}.`);
  }
  return { columns, rows, offsets, byteCounts };
}
