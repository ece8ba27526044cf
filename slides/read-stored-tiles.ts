import type { ByteSource } from '../domain/byte-source.ts';
import { asH2gError } from '../domain/error.ts';
import type { Rect } from '../domain/geometry.ts';
import type { StoredTile } from './slide-reader.ts';
import { locateTiles, tilesUnder } from './tiff/locate-tiles.ts';
import type { TiffFile } from './tiff/read-header.ts';
import type { TiffLevel } from './tiff/tiff-level.ts';

/** Tiles as they lie in the file, nothing decoded; those that the slide leaves out are left out here too. @throws H2gError where the level's tables cannot be read */
export async function readStoredTiles(
  { source, file }: { readonly source: ByteSource; readonly file: TiffFile },
  { level, rect }: { readonly level: TiffLevel; readonly rect: Rect },
  { signal }: { signal?: AbortSignal | undefined },
): Promise<StoredTile[]> {
  const places = await locateTiles(file, { level, indices: tilesUnder(level, [rect]) }, { signal });
  const tiles: StoredTile[] = [];
  for (const { index, offset, length } of places.filter((place) => place.length > 0)) {
    const data = await source.fetch({ offset, length }, { signal }).catch((thrown: unknown) => {
      signal?.throwIfAborted();
      return { unread: asH2gError(thrown).message };
    });
    tiles.push({ index, offset, length, data });
  }
  return tiles;
}
