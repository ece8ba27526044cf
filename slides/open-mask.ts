import type { ByteSource } from '../domain/byte-source.ts';
import { asH2gError, H2gError } from '../domain/error.ts';
import { nearestPixels, type PlaneMask } from '../domain/evaluation/plane-mask.ts';
import type { Size } from '../domain/geometry.ts';
import type { SlideInfo } from '../domain/slide-info.ts';
import type { CompressedRegion, CompressedTile } from './compressed-region.ts';
import { maskSamples } from './mask-samples.ts';
import { openSlide } from './open-slide.ts';
import type { SlideReader } from './slide-reader.ts';

/** An open mask TIFF. */
export interface MaskFile {
  /** Of its finest picture. */
  readonly info: SlideInfo;
  /**
   * The mask stretched over a plane, each pixel of which takes the value under its centre (`nearestPixels`) in the file's finest picture. Only a row
   * of tiles is held, and of it only what the plane shows. Its rows throw `annotation-invalid` for what is no mask.
   */
  onPlane(size: Size): PlaneMask;
  close(): Promise<void>;
}

const HINT =
  'A mask is a tiled or stripped TIFF with one grey channel of 8 bit, packed without loss (deflate, LZW or not at all), of 0 and 1 or 0 and 255.';

const invalid = (message: string, cause?: unknown): H2gError =>
  new H2gError({ code: 'annotation-invalid', message, hint: HINT }, { cause });

/**
 * Opens a mask TIFF of any size and scale. The mask owns the source and closes it. Throws `annotation-invalid` for what is no TIFF that can be a mask,
 * and what reading throws.
 */
export async function openMask(source: ByteSource, signal?: AbortSignal): Promise<MaskFile> {
  const reader = await openSlide(source, { signal }).catch((thrown: unknown) => {
    throw asMaskError(thrown);
  });
  return {
    info: reader.info,
    onPlane: (size) => ({ size, rows: (rowsSignal) => planeRows(reader, size, rowsSignal) }),
    close: () => reader.close(),
  };
}

const ABOUT_CONTENT = ['slide-unreadable', 'slide-truncated', 'slide-unsupported', 'slide-too-large'];

/** The slide reader's hints speak of slides. */
function asMaskError(thrown: unknown): unknown {
  return thrown instanceof H2gError && ABOUT_CONTENT.includes(thrown.code) ? invalid(thrown.message, thrown) : thrown;
}

/** Tiles fetched and decoded at once have so many pixels, or are one. */
const PIXELS_AT_ONCE = 4 * 1024 * 1024;

async function* planeRows(
  reader: SlideReader,
  plane: Size,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { info } = reader;
  const { widthPx, heightPx, tileHeightPx } = info.levels[0]!;
  const columns = nearestPixels(widthPx, plane.widthPx);
  const lines = nearestPixels(heightPx, plane.heightPx);
  // Of a file coarser than the plane each pixel is held once, of a finer one only what the plane shows.
  const held = widthPx < plane.widthPx ? Uint32Array.from({ length: widthPx }, (_, x) => x) : columns;
  const values = new MaskValues(info.name);
  const row = new Uint8Array(plane.widthPx);
  let next = 0;
  while (next < lines.length) {
    const top = Math.floor(lines[next]! / tileHeightPx) * tileHeightPx;
    let end = next;
    while (end < lines.length && lines[end]! < top + tileHeightPx) end += 1;
    const shown = [...new Set(lines.subarray(next, end))];
    const band = { columns: held, shown, data: new Uint8Array(shown.length * held.length) };
    for await (const region of bandRegions(reader, { top, rows: tileHeightPx }, signal))
      for (const tile of region.tiles) sampleTile(region, { tile, band, values });
    for (let place = -1; next < end; next += 1) {
      signal?.throwIfAborted();
      if (lines[next] !== shown[place]) {
        place += 1;
        const line = band.data.subarray(place * held.length, (place + 1) * held.length);
        if (held === columns) row.set(line);
        else for (let x = 0; x < row.length; x++) row[x] = line[columns[x]!]!;
      }
      yield row;
    }
  }
}

/** One row of tiles, a few tiles at a time. */
async function* bandRegions(
  reader: SlideReader,
  { top, rows }: { top: number; rows: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<CompressedRegion> {
  const { widthPx, heightPx, tileWidthPx } = reader.info.levels[0]!;
  const step = Math.max(1, Math.floor(PIXELS_AT_ONCE / (tileWidthPx * rows))) * tileWidthPx;
  for (let x = 0; x < widthPx; x += step) {
    const rect = { x, y: top, widthPx: Math.min(step, widthPx - x), heightPx: Math.min(rows, heightPx - top) };
    const region = await reader.fetchRegion({ level: 0, rect }, { signal }).catch((thrown: unknown) => {
      throw asMaskError(thrown);
    });
    requireGrey(region);
    yield region;
  }
}

function requireGrey({ slide, encoding: { colour, samples, compression } }: CompressedRegion): void {
  if (compression === 'jpeg') throw invalid(`${slide} is packed with JPEG, which blurs the edges of a mask.`);
  if (colour === 'gray-inverted') throw invalid(`${slide} has white as zero, so that it is not clear which is tumour.`);
  if (colour !== 'gray' || samples !== 1) throw invalid(`${slide} has ${samples} channels (${colour}).`);
}

/** The part of the plane that one row of tiles shows. */
interface Band {
  /** Of each column that is held its place in the file. */
  readonly columns: Uint32Array;
  /** Rows of the file that the plane shows, ascending. */
  readonly shown: readonly number[];
  readonly data: Uint8Array;
}

interface TileOnBand {
  readonly tile: CompressedTile;
  readonly band: Band;
  readonly values: MaskValues;
}

function sampleTile(region: CompressedRegion, { tile, band, values }: TileOnBand): void {
  const samples = samplesOf(region, tile);
  const { columns, shown, data } = band;
  const from = columns.findIndex((column) => column >= tile.x);
  const until = columns.findIndex((column) => column >= tile.x + tile.widthPx);
  if (from === -1) return;
  const end = until === -1 ? columns.length : until;
  for (const [row, line] of shown.entries()) {
    const start = (line - tile.y) * tile.widthPx - tile.x;
    const to = row * columns.length;
    for (let x = from; x < end; x++) data[to + x] = samples[start + columns[x]!]!;
    values.take(data.subarray(to + from, to + end));
  }
}

function samplesOf(region: CompressedRegion, tile: CompressedTile): Uint8Array {
  try {
    return maskSamples(region, tile);
  } catch (thrown) {
    throw invalid(
      `${region.slide}: tile ${tile.index} (at ${tile.x}, ${tile.y}) cannot be read: ${asH2gError(thrown).message}.`,
      thrown,
    );
  }
}

/** Makes 0 and 1 of a mask's values, which are 0 and 1 or 0 and 255 throughout. */
class MaskValues {
  readonly #name: string;
  /** What tumour is in this file, as soon as there is some. */
  #tumour = 0;

  constructor(name: string) {
    this.#name = name;
  }

  take(row: Uint8Array): void {
    for (let x = 0; x < row.length; x++) {
      const value = row[x]!;
      if (value === 0) continue;
      if (value !== this.#tumour) this.#learn(value);
      row[x] = 1;
    }
  }

  #learn(value: number): void {
    if (this.#tumour !== 0)
      throw invalid(
        `${this.#name} has the values ${this.#tumour} and ${value}, so that it is not clear which is tumour.`,
      );
    if (value !== 1 && value !== 255) throw invalid(`${this.#name} has the value ${value}.`);
    this.#tumour = value;
  }
}
