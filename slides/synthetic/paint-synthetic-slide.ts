import { open, rename, rm } from 'node:fs/promises';
import { H2gError } from '../../domain/error.ts';
import type { Size } from '../../domain/geometry.ts';
import type { BinaryImage } from '../../domain/image.ts';
import { explainWriteError } from './explain-write-error.ts';
import type { Strip } from './paint-ground.ts';
import { SPECIMEN_PAINTERS, type SpecimenKind } from './specimen-kinds.ts';
import type { SpecimenPainter } from './specimen-painter.ts';
import { DEFAULT_LAYOUT, DESCRIPTIONS, levelCount, type SlideFacts, type SyntheticLayout } from './synthetic-layout.ts';
import { TiledPyramid } from './tiled-pyramid.ts';
import { jpegTiles, MASK_TILES } from './tile-format.ts';

export interface SyntheticSlideOptions extends SlideFacts {
  readonly path: string;
  /** `plain` where nothing is said. */
  readonly specimen?: SpecimenKind | undefined;
  readonly layout?: Partial<SyntheticLayout>;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is painted, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const MASK_MPP = 4;
const TRUTH_MPP = 1;
const TRUTH_TILE_PX = 256;

/**
 * Paints a slide that looks like H&E, with a known tumour, as a tiled JPEG TIFF. The same seed and size give the same pixels. The truth is a
 * mask on the plane of 4 um/px. The file appears whole or not at all; memory is one strip of tiles a level.
 */
export async function paintSyntheticSlide(options: SyntheticSlideOptions): Promise<{ truth: BinaryImage }> {
  const painter = painterOf(options);
  await whole(options.path, (unfinished) => writeSlide(unfinished, painter, options));
  const plane = planeOf(options, MASK_MPP);
  return { truth: { ...plane, data: painter.truthRows(plane, { top: 0, rows: plane.heightPx }) } };
}

/**
 * As `paintSyntheticSlide`, for slides of any size: the truth goes strip by strip to `truthPath`, a pyramid of 0 and 1 with 1 um/px on its
 * level 0, stretched over the slide. Both files appear whole, or neither does.
 */
export async function paintSlideWithTruth({
  truthPath,
  ...options
}: SyntheticSlideOptions & { truthPath: string }): Promise<void> {
  const painter = painterOf(options);
  await whole(truthPath, (unfinishedTruth) =>
    whole(options.path, async (unfinished) => {
      await writeTruth(unfinishedTruth, painter, options);
      await writeSlide(unfinished, painter, options);
    }),
  );
}

/** Lets `write` make a file that gets its name when it is complete and is taken away when it is not. */
async function whole(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    await write(unfinished);
    await rename(unfinished, path);
  } catch (thrown) {
    throw explainWriteError(thrown, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function writeSlide(path: string, painter: SpecimenPainter, options: SyntheticSlideOptions): Promise<void> {
  const { widthPx, heightPx, mpp } = options;
  const layout = { ...DEFAULT_LAYOUT, ...options.layout };
  await using file = await open(path, 'w');
  const pyramid = new TiledPyramid(file, {
    widthPx,
    heightPx,
    mpp,
    tilePx: layout.tilePx,
    levels: levelCount(options, layout.levels),
    description: DESCRIPTIONS[layout.description](options, layout.tilePx, painter.jpegQuality),
    format: jpegTiles(painter.jpegQuality),
  });
  let written = Promise.resolve();
  for (let top = 0; top < heightPx; top += layout.tilePx) {
    const rows = Math.min(layout.tilePx, heightPx - top);
    const strip: Strip = { data: new Uint8Array(widthPx * rows * 3), widthPx, top, rows };
    painter.paintStrip(strip);
    // The last strip is encoded while this one is painted; nothing is under way when an abort is thrown.
    await written;
    options.signal?.throwIfAborted();
    written = pyramid.addRows(strip.data);
    options.onProgress?.((top + rows) / heightPx);
  }
  await written;
  await pyramid.finish();
}

async function writeTruth(path: string, painter: SpecimenPainter, options: SyntheticSlideOptions): Promise<void> {
  const plane = planeOf(options, TRUTH_MPP);
  await using file = await open(path, 'w');
  const pyramid = new TiledPyramid(file, {
    ...plane,
    mpp: (options.widthPx * options.mpp) / plane.widthPx,
    tilePx: TRUTH_TILE_PX,
    levels: levelCount(plane, 'pyramid'),
    description: `H2G-Flow synthetic slide, seed ${options.seed}: tumour is 1`,
    format: MASK_TILES,
  });
  for (let top = 0; top < plane.heightPx; top += TRUTH_TILE_PX) {
    options.signal?.throwIfAborted();
    const rows = Math.min(TRUTH_TILE_PX, plane.heightPx - top);
    await pyramid.addRows(painter.truthRows(plane, { top, rows }));
  }
  await pyramid.finish();
}

/** A plane of whole pixels of about this size that is stretched over the slide. */
const planeOf = ({ widthPx, heightPx, mpp }: SlideFacts, pixelUm: number): Size => ({
  widthPx: Math.max(1, Math.round((widthPx * mpp) / pixelUm)),
  heightPx: Math.max(1, Math.round((heightPx * mpp) / pixelUm)),
});

function painterOf(options: SyntheticSlideOptions): SpecimenPainter {
  checkSize(options);
  return SPECIMEN_PAINTERS[options.specimen ?? 'plain'](options);
}

function checkSize({ widthPx, heightPx, mpp, seed }: SlideFacts): void {
  const sane =
    [widthPx, heightPx].every((side) => Number.isInteger(side) && side >= 1) && mpp > 0 && Number.isInteger(seed);
  if (sane) return;
  throw new H2gError({
    code: 'usage',
    message: `A synthetic slide of ${widthPx} x ${heightPx} px at ${mpp} um/px with seed ${seed} cannot be painted.`,
    hint: 'Width, height and seed are whole numbers, sides of 1 px or more, and the scale is above 0.',
  });
}
