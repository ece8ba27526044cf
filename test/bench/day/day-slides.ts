import type { RunSpec } from '../../../domain/run-spec.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import type { BundleRef } from '../../../domain/bundle.ts';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import { hashUnit } from '../../../slides/synthetic/random.ts';

/** Tissue cells of the slides of a day: from small to large resections. */
const CELLS = { least: 2_000, most: 8_000 };
/** Level 0 as a x40 scanner writes it, and its coarser levels. */
const MPP = 0.25;
const DOWNSAMPLES = [1, 4, 16, 32];
const TILE_PX = 256;
/** Side of a cell, at 1 um/px, on level 0. */
const CELL_PX = 1_024;
/** The tissue is an ellipse that takes so much of each side. */
export const TISSUE_SIDE = 0.9;
const TISSUE_SHARE = (Math.PI / 4) * TISSUE_SIDE ** 2;

/** A slide that no scanner made: what is not in its name follows from it. */
export const daySlide = (number: number, seed: number): RunSpec['slide'] => {
  const name = `day-${seed}-${number}.svs`;
  const { widthPx, heightPx } = sizeOf(number, seed);
  // At x40 and quality 70 a compressed pixel takes about a fifth of a byte.
  return {
    url: `s3://h2g/slides/${name}`,
    name,
    sizeBytes: Math.round((widthPx * heightPx) / 5),
    version: 'synthetic',
  };
};

export const daySpec = (slide: RunSpec['slide'], bundle: BundleRef): RunSpec => ({
  slide,
  bundle,
  options: DEFAULT_OPTIONS,
});

/** @throws Error for a slide that `daySlide` did not name */
export function daySlideInfo(url: string): SlideInfo {
  const [, seed, number] = /\/day-(\d+)-(\d+)\.svs$/.exec(url) ?? [];
  if (seed === undefined || number === undefined) throw new Error(`${url} is no slide of the simulated day`);
  const slide = daySlide(Number(number), Number(seed));
  const { widthPx, heightPx } = sizeOf(Number(number), Number(seed));
  const levels = DOWNSAMPLES.map((times, index) => ({
    index,
    widthPx: Math.floor(widthPx / times),
    heightPx: Math.floor(heightPx / times),
    tileWidthPx: TILE_PX,
    tileHeightPx: TILE_PX,
  }));
  return { ...slide, widthPx, heightPx, scale: { kind: 'mpp', x: MPP, y: MPP }, levels };
}

function sizeOf(number: number, seed: number): { widthPx: number; heightPx: number } {
  const cells = CELLS.least + hashUnit(seed, number, 0) * (CELLS.most - CELLS.least);
  const aspect = 1 + hashUnit(seed, number, 1);
  const area = (cells / TISSUE_SHARE) * CELL_PX ** 2;
  return { widthPx: Math.round(Math.sqrt(area / aspect)), heightPx: Math.round(Math.sqrt(area * aspect)) };
}
