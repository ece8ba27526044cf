import type { ByteSource } from '../domain/byte-source.ts';
import type { SlideInfo } from '../domain/slide-info.ts';
import type { CompressedRegion } from './compressed-region.ts';
import { slideError } from './slide-error.ts';
import { checkLimit } from './slide-limits.ts';
import { slideName } from './slide-name.ts';
import { readStoredTiles } from './read-stored-tiles.ts';
import type { RegionRequest, SlideReader, TileFacts } from './slide-reader.ts';
import { createBlockCache } from './sources/block-cache.ts';
import { counted } from './sources/counted.ts';
import { fetchTiles } from './tiff/fetch-tiles.ts';
import { locateTiles, tilesUnder } from './tiff/locate-tiles.ts';
import { openTiff } from './tiff/open-tiff.ts';
import { readHeader, type TiffFile } from './tiff/read-header.ts';
import type { TiffLevel } from './tiff/tiff-level.ts';

export interface OpenSlideOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a tiled or stripped TIFF, BigTIFF or Aperio slide by reading its headers only. The reader owns the source: when opening
 * fails, or on `close`, the source is closed.
 */
export async function openSlide(source: ByteSource, options: OpenSlideOptions = {}): Promise<SlideReader> {
  let metadataBytes = 0;
  try {
    const name = slideName(source.url);
    const blocks = createBlockCache(source);
    const reading = { signal: options.signal, onRead: (bytes: number) => void (metadataBytes += bytes) };
    const file = await readHeader(name, blocks, reading);
    const { levels, scale } = await openTiff(file, reading);
    const { url, sizeBytes, version } = source;
    const { widthPx, heightPx } = levels[0].info;
    const info: SlideInfo = {
      url: url.href,
      name,
      sizeBytes,
      version,
      scale,
      widthPx,
      heightPx,
      levels: levels.map((level) => level.info),
    };
    return slideReader({ source, file, levels, info }, metadataBytes);
  } catch (error) {
    await source.close();
    throw error;
  }
}

interface OpenSlide {
  readonly source: ByteSource;
  readonly file: TiffFile;
  readonly levels: readonly TiffLevel[];
  readonly info: SlideInfo;
}

const slideReader = (slide: OpenSlide, metadataBytes: number): SlideReader => ({
  info: slide.info,
  metadataBytes,
  fetchRegion: (request, options = {}) => fetchRegion(slide, request, options),
  readStoredTiles: ({ level, rect }, options = {}) =>
    readStoredTiles(slide, { level: levelAt(slide, level), rect }, options),
  checkTiles: (level, options = {}) => checkTiles(slide, level, options),
  close: () => slide.source.close(),
});

async function fetchRegion(
  slide: OpenSlide,
  request: RegionRequest,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<CompressedRegion> {
  const level = levelAt(slide, request.level);
  let read = 0;
  const onRead = (bytes: number): void => void (read += bytes);
  const indices = tilesUnder(level, request.parts ?? [request.rect]);
  checkLimit('regionTiles', indices.length, slide.info.name);
  const places = await locateTiles(slide.file, { level, indices }, { signal, onRead });
  const needed = places.reduce((sum, { length }) => sum + length, 0);
  checkLimit('regionBytes', needed, slide.info.name);
  const tiles = await fetchTiles(counted(onRead)(slide.source), places, { signal });
  return {
    slide: slide.info.name,
    level: request.level,
    rect: request.rect,
    levelSize: { widthPx: level.info.widthPx, heightPx: level.info.heightPx },
    tileSize: { widthPx: level.info.tileWidthPx, heightPx: level.info.tileHeightPx },
    encoding: level.encoding,
    tiles,
    bytes: { needed, read },
  };
}

/** So many tiles are looked up at once that their numbers take a few megabytes. */
const CHECKED_AT_ONCE = 65_536;

async function checkTiles(
  slide: OpenSlide,
  index: number,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<TileFacts> {
  const level = levelAt(slide, index);
  const tiles = level.tables.columns * level.tables.rows;
  let sparse = 0;
  let compressedBytes = 0;
  let readBytes = 0;
  const onRead = (bytes: number): void => void (readBytes += bytes);
  for (let first = 0; first < tiles; first += CHECKED_AT_ONCE) {
    const indices = Array.from({ length: Math.min(CHECKED_AT_ONCE, tiles - first) }, (_, i) => first + i);
    for (const { length } of await locateTiles(slide.file, { level, indices }, { signal, onRead })) {
      compressedBytes += length;
      if (length === 0) sparse += 1;
    }
  }
  return { tiles, sparse, compressedBytes, readBytes };
}

function levelAt({ levels, info }: OpenSlide, index: number): TiffLevel {
  const level = levels[index];
  if (!level)
    throw slideError('slide-unreadable', info.name, `has ${levels.length} levels; level ${index} was asked for.`);
  return level;
}
