import type { FileHandle } from 'node:fs/promises';
import sharp from 'sharp';
import { H2gError } from '../../domain/error.ts';
import { GLASS } from '../../domain/image.ts';
import {
  ascii,
  encodeTiffDirectory,
  encodeTiffHeader,
  long,
  resolutionTags,
  short,
  type TiffTags,
} from '../../domain/tiff-directory.ts';
import { TAG } from '../../domain/tiff-tags.ts';
import { halveRows } from './halve-rows.ts';

export interface PyramidLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
  readonly tilePx: number;
  readonly levels: number;
  readonly description: string;
  readonly quality: number;
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
const JPEG = 7;
const YCBCR = 6;
const CHROMA_HALF = 2;

/**
 * A tiled JPEG TIFF written from top to bottom with one row of tiles a level in memory. Each level is half the last, rounded down, the mean of
 * 2x2 pixels rounded half up. The directories lie at the end, finest level first.
 */
export class TiledPyramid {
  private readonly file: FileHandle;
  private readonly layout: PyramidLayout;
  private readonly levels: Level[];
  private sizeBytes = 8;

  constructor(file: FileHandle, layout: PyramidLayout) {
    this.file = file;
    this.layout = layout;
    this.levels = Array.from({ length: layout.levels }, (_, index) => {
      const widthPx = Math.floor(layout.widthPx / 2 ** index);
      return {
        widthPx,
        heightPx: Math.floor(layout.heightPx / 2 ** index),
        rows: new Uint8Array(widthPx * layout.tilePx * 3),
        filled: 0,
        taken: 0,
        offsets: [],
        byteCounts: [],
      };
    });
  }

  /** Takes the next rows of level 0, RGB. The rows may be used again as soon as this returns; await it before the next call. */
  addRows(rows: Uint8Array): Promise<void> {
    return this.addTo(0, rows);
  }

  /** Writes the directories. */
  async finish(): Promise<void> {
    if (this.sizeBytes % 2 === 1) await this.append(new Uint8Array(1));
    await this.file.write(encodeTiffHeader(this.sizeBytes), 0, 8, 0);
    for (const [index, level] of this.levels.entries()) {
      const tags = this.tagsOf(level, index);
      const end = this.sizeBytes + encodeTiffDirectory(tags, { offset: 0, next: 0 }).length;
      const next = index + 1 < this.levels.length ? end : 0;
      await this.append(encodeTiffDirectory(tags, { offset: this.sizeBytes, next }));
    }
  }

  private async addTo(index: number, rows: Uint8Array): Promise<void> {
    const level = this.levels[index];
    if (level === undefined) return;
    const rowBytes = level.widthPx * 3;
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
    const half = index + 1 < this.levels.length ? halveRows(level.rows, level.widthPx, level.filled) : undefined;
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
    const { tilePx, quality } = this.layout;
    return Array.from({ length: Math.ceil(level.widthPx / tilePx) }, (_, column) => {
      const tile = cutTile(level, column, tilePx);
      return sharp(tile, { raw: { width: tilePx, height: tilePx, channels: 3 } })
        .jpeg({ quality, chromaSubsampling: '4:2:0' })
        .toBuffer();
    });
  }

  private async append(bytes: Uint8Array): Promise<void> {
    if (this.sizeBytes + bytes.length > MAX_BYTES) {
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
    const { tilePx, description, mpp } = this.layout;
    return {
      [TAG.newSubfileType]: long([index === 0 ? 0 : 1]),
      [TAG.imageWidth]: long([widthPx]),
      [TAG.imageLength]: long([heightPx]),
      [TAG.bitsPerSample]: short(8, 8, 8),
      [TAG.compression]: short(JPEG),
      [TAG.photometric]: short(YCBCR),
      [TAG.imageDescription]: ascii(description),
      [TAG.samplesPerPixel]: short(3),
      [TAG.planarConfiguration]: short(1),
      ...resolutionTags({ x: (mpp * this.layout.widthPx) / widthPx, y: (mpp * this.layout.heightPx) / heightPx }),
      [TAG.tileWidth]: long([tilePx]),
      [TAG.tileLength]: long([tilePx]),
      [TAG.tileOffsets]: long(offsets),
      [TAG.tileByteCounts]: long(byteCounts),
      [TAG.ycbcrSubsampling]: short(CHROMA_HALF, CHROMA_HALF),
    };
  }
}

/** One tile of the filled rows; what lies outside the level is glass. */
function cutTile({ rows, widthPx, filled }: Level, column: number, tilePx: number): Uint8Array {
  const tile = new Uint8Array(tilePx * tilePx * 3).fill(GLASS);
  const left = column * tilePx;
  const columns = Math.min(tilePx, widthPx - left);
  for (let row = 0; row < filled; row++) {
    const from = (row * widthPx + left) * 3;
    tile.set(rows.subarray(from, from + columns * 3), row * tilePx * 3);
  }
  return tile;
}
