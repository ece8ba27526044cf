import { open, rename, rm } from 'node:fs/promises';
import { H2gError } from '../../domain/error.ts';
import type { BinaryImage } from '../../domain/image.ts';
import { explainWriteError } from './explain-write-error.ts';
import { type Paint, type Strip, weaveFibres } from './paint-ground.ts';
import { paintStrip } from './paint-strip.ts';
import { planSpecimen, type Specimen, tumourDepthUm } from './plan-specimen.ts';
import { mixStain } from './stain.ts';
import {
  DEFAULT_LAYOUT,
  DESCRIPTIONS,
  JPEG_QUALITY,
  levelCount,
  type SlideFacts,
  type SyntheticLayout,
} from './synthetic-layout.ts';
import { TiledPyramid } from './tiled-pyramid.ts';

export interface SyntheticSlideOptions extends SlideFacts {
  readonly path: string;
  readonly layout?: Partial<SyntheticLayout>;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is painted, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const MASK_MPP = 4;

/**
 * Paints a slide that looks like H&E, with a known tumour, as a tiled JPEG TIFF. The same seed and size give the same pixels. The truth is a
 * mask on the plane of 4 um/px. The file appears whole or not at all; memory is one strip of tiles a level.
 */
export async function paintSyntheticSlide(options: SyntheticSlideOptions): Promise<{ truth: BinaryImage }> {
  checkSize(options);
  const { path, widthPx, heightPx, mpp, seed } = options;
  const specimen = planSpecimen({ widthUm: widthPx * mpp, heightUm: heightPx * mpp, seed });
  const paint: Paint = { specimen, stain: mixStain(seed), mpp, fibres: weaveFibres(seed) };
  const unfinished = `${path}.unfinished`;
  try {
    await writeStrips(unfinished, paint, options);
    await rename(unfinished, path);
  } catch (thrown) {
    throw explainWriteError(thrown, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return { truth: drawTruth(specimen, options) };
}

async function writeStrips(path: string, paint: Paint, options: SyntheticSlideOptions): Promise<void> {
  const { widthPx, heightPx, mpp } = options;
  const layout = { ...DEFAULT_LAYOUT, ...options.layout };
  await using file = await open(path, 'w');
  const pyramid = new TiledPyramid(file, {
    widthPx,
    heightPx,
    mpp,
    tilePx: layout.tilePx,
    levels: levelCount(options, layout.levels),
    description: DESCRIPTIONS[layout.description](options, layout.tilePx),
    quality: JPEG_QUALITY,
  });
  let written = Promise.resolve();
  for (let top = 0; top < heightPx; top += layout.tilePx) {
    const rows = Math.min(layout.tilePx, heightPx - top);
    const strip: Strip = { data: new Uint8Array(widthPx * rows * 3), widthPx, top, rows };
    paintStrip(paint, strip);
    // The last strip is encoded while this one is painted; nothing is under way when an abort is thrown.
    await written;
    options.signal?.throwIfAborted();
    written = pyramid.addRows(strip.data);
    options.onProgress?.((top + rows) / heightPx);
  }
  await written;
  await pyramid.finish();
}

/** The tumour on the mask plane, which is stretched over the slide, taken at each pixel's centre. */
function drawTruth(specimen: Specimen, slide: SlideFacts): BinaryImage {
  const widthPx = Math.max(1, Math.round((slide.widthPx * slide.mpp) / MASK_MPP));
  const heightPx = Math.max(1, Math.round((slide.heightPx * slide.mpp) / MASK_MPP));
  const pixelX = (slide.widthPx * slide.mpp) / widthPx;
  const pixelY = (slide.heightPx * slide.mpp) / heightPx;
  const data = Uint8Array.from({ length: widthPx * heightPx }, (_, index) => {
    const x = ((index % widthPx) + 0.5) * pixelX;
    const y = (Math.floor(index / widthPx) + 0.5) * pixelY;
    return tumourDepthUm(specimen, x, y) > 0 ? 1 : 0;
  });
  return { widthPx, heightPx, data };
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
