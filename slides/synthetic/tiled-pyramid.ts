import type { FileHandle } from 'node:fs/promises';
import { H2gError } from '../../domain/error.ts';
import {
  ascii,
  encodeTiffDirectory,
  encodeTiffHeader,
  long,
  long8,
  resolutionTags,
  short,
  type TiffFlavour,
  tiffHeaderBytes,
  type TiffTags,
} from '../../domain/tiff-directory.ts';
import { TAG } from '../../domain/tiff-tags.ts';
import { halveRows } from './halve-rows.ts';
import type { TileFormat } from './tile-format.ts';

export interface PyramidLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
  readonly tilePx: number;
  readonly levels: number;
  readonly description: string;
  readonly format: TileFormat;
  /** As the size asks for where nothing is said. */
  readonly flavour?: TiffFlavour;
}

interface Level {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Rows of the tile row that is being filled. */
  readonly rows: Uint8Array;
  filled: number;
  /** Rows taken so far. */
  taken: number;
  readonly offsets: number[];
  readonly byteCounts: number[];
}

const MAX_BYTES = 2 ** 32 - 1;
/** No pyramid of fewer pixels reaches 4 GB: JPEG of the noisiest picture has about one byte a pixel. */
const CLASSIC_PIXELS = 3e9;

/**
 * A tiled TIFF written from top to bottom with one row of tiles a level in memory. Each level is half the last, rounded down, the mean of
 * 2x2 pixels rounded half up. The directories lie at the end, finest level first.
 * From 3 Gpx on it is a BigTIFF.
 */
export class TiledPyramid {
  private readonly file: FileHandle;
  private readonly layout: PyramidLayout;
  private readonly levels: Level[];
  private readonly flavour: TiffFlavour;
  private sizeBytes: number;

  constructor(file: FileHandle, layout: PyramidLayout) {
    this.file = file;
    this.layout = layout;
    this.flavour = layout.flavour ?? (layout.widthPx * layout.heightPx < CLASSIC_PIXELS ? 'classic' : 'big');
    this.sizeBytes = tiffHeaderBytes(this.flavour);
    this.levels = Array.from({ length: layout.levels }, (_, index) => {
      const widthPx = Math.floor(layout.widthPx / 2 ** index);
      return {
        widthPx,
        heightPx: Math.floor(layout.heightPx / 2 ** index),
        rows: new Uint8Array(widthPx * layout.tilePx * layout.format.channels),
        filled: 0,
        taken: 0,
        offsets: [],
        byteCounts: [],
      };
    });
  }

  /** Takes the next rows of level 0. The rows may be used again as soon as this returns; await it before the next call. */
  addRows(rows: Uint8Array): Promise<void> {
    return this.addTo(0, rows);
  }

  /** Writes the directories. */
  async finish(): Promise<void> {
    if (this.sizeBytes % 2 === 1) await this.append(new Uint8Array(1));
    const { flavour } = this;
    const header = encodeTiffHeader(this.sizeBytes, flavour);
    await this.file.write(header, 0, header.length, 0);
    for (const [index, level] of this.levels.entries()) {
      const tags = this.tagsOf(level, index);
      const end = this.sizeBytes + encodeTiffDirectory(tags, { offset: 0, next: 0, flavour }).length;
      const next = index + 1 < this.levels.length ? end : 0;
      await this.append(encodeTiffDirectory(tags, { offset: this.sizeBytes, next, flavour }));
    }
  }

  private async addTo(index: number, rows: Uint8Array): Promise<void> {
    const level = this.levels[index];
    if (level === undefined) return;
    const rowBytes = level.widthPx * this.layout.format.channels;
    let count = Math.min(rows.length / rowBytes, level.heightPx - level.taken);
    let from = 0;
    const writes: Promise<void>[] = [];
    while (count > 0) {
      const fits = Math.min(count, this.layout.tilePx - level.filled);
      level.rows.set(rows.subarray(from, from + fits * rowBytes), level.filled * rowBytes);
      level.filled += fits;
      level.taken += fits;
      from += fits * rowBytes;
      count -= fits;
      if (level.filled === this.layout.tilePx || level.taken === level.heightPx)
        writes.push(this.writeTileRow(index, level));
    }
    for (const write of writes) await write;
  }

  private async writeTileRow(index: number, level: Level): Promise<void> {
    const { channels } = this.layout.format;
    const half =
      index + 1 < this.levels.length ? halveRows(level.rows, level.widthPx, level.filled, channels) : undefined;
    const encoding = this.encodeTileRow(level);
    level.filled = 0;
    for (const tile of await Promise.all(encoding)) {
      level.offsets.push(this.sizeBytes);
      level.byteCounts.push(tile.length);
      await this.append(tile);
    }
    if (half !== undefined) await this.addTo(index + 1, half);
  }

  private encodeTileRow(level: Level): Promise<Uint8Array>[] {
    const { tilePx, format } = this.layout;
    return Array.from({ length: Math.ceil(level.widthPx / tilePx) }, (_, column) =>
      format.encode(cutTile(level, column, this.layout), tilePx),
    );
  }

  private async append(bytes: Uint8Array): Promise<void> {
    if (this.flavour === 'classic' && this.sizeBytes + bytes.length > MAX_BYTES) {
      throw new H2gError({
        code: 'slide-too-large',
        message: `A synthetic slide of ${this.layout.widthPx} x ${this.layout.heightPx} px does not fit into a TIFF of 4 GiB.`,
        hint: 'Paint a smaller one.',
      });
    }
    await this.file.write(bytes, 0, bytes.length, this.sizeBytes);
    this.sizeBytes += bytes.length;
  }

  private tagsOf({ widthPx, heightPx, offsets, byteCounts }: Level, index: number): TiffTags {
    const { tilePx, description, mpp, format } = this.layout;
    const places = this.flavour === 'classic' ? long : long8;
    return {
      [TAG.newSubfileType]: long([index === 0 ? 0 : 1]),
      [TAG.imageWidth]: long([widthPx]),
      [TAG.imageLength]: long([heightPx]),
      ...format.tags,
      [TAG.imageDescription]: ascii(description),
      [TAG.planarConfiguration]: short(1),
      ...resolutionTags({ x: (mpp * this.layout.widthPx) / widthPx, y: (mpp * this.layout.heightPx) / heightPx }),
      [TAG.tileWidth]: long([tilePx]),
      [TAG.tileLength]: long([tilePx]),
      [TAG.tileOffsets]: places(offsets),
      [TAG.tileByteCounts]: long(byteCounts),
    };
  }
}

/** One tile of the filled rows; what lies outside the level is as the format says. */
function cutTile(
  { rows, widthPx, filled }: Level,
  column: number,
  { tilePx, format: { channels, outside } }: PyramidLayout,
): Uint8Array {
  const tile = new Uint8Array(tilePx * tilePx * channels).fill(outside);
  const left = column * tilePx;
  const columns = Math.min(tilePx, widthPx - left);
  for (let row = 0; row < filled; row++) {
    const from = (row * widthPx + left) * channels;
    tile.set(rows.subarray(from, from + columns * channels), row * tilePx * channels);
  }
  return tile;
}
