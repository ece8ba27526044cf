import { H2gError } from './error.ts';
import { roundHalfUp, type Grid, type Size } from './geometry.ts';
import type { SlideInfo, SlideLevel } from './slide-info.ts';

/** How the detection plane is read from the slide. */
export interface DetectionLevel {
  readonly level: number;
  /** Side of a cell in pixels of that level; area-averaged to the patch where it is larger. */
  readonly cellPx: number;
  /** um/px of that level. */
  readonly levelMpp: number;
}

export interface DetectionScale {
  readonly mpp: number;
  readonly mppTolerance: number;
  readonly patchPx: number;
}

/** So that a level at the very edge of the tolerance does not fall to floating point. */
const ROUNDING = 1e-9;

/** um/px of a level: level 0's times the mean of both ratios, as OpenSlide has it. */
function levelMpp(slide: Pick<SlideInfo, 'levels'>, level: SlideLevel, mpp: number): number {
  const full = slide.levels[0] ?? level;
  return (mpp * (full.widthPx / level.widthPx + full.heightPx / level.heightPx)) / 2;
}

/**
 * The level within tolerance of the model's mpp (the nearest, if several) as it is; else the coarsest that is finer, averaged down.
 * @example 0.499 um/px and one level: `{ level: 0, cellPx: 513 }`
 * @throws H2gError `slide-unsupported` when even level 0 is too coarse: enlarging would invent detail.
 */
export function chooseDetectionLevel(slide: SlideInfo, mpp: number, model: DetectionScale): DetectionLevel {
  const levels = slide.levels.map((level) => ({ level: level.index, levelMpp: levelMpp(slide, level, mpp) }));
  const distance = (candidate: { levelMpp: number }): number => Math.abs(candidate.levelMpp - model.mpp);
  const near = levels
    .filter((candidate) => distance(candidate) <= model.mppTolerance * model.mpp + ROUNDING)
    .sort((a, b) => distance(a) - distance(b))[0];
  if (near) return { ...near, cellPx: model.patchPx };
  const finer = levels.filter((candidate) => candidate.levelMpp < model.mpp).sort((a, b) => b.levelMpp - a.levelMpp)[0];
  if (finer) return { ...finer, cellPx: roundHalfUp((model.patchPx * model.mpp) / finer.levelMpp) };
  throw new H2gError({
    code: 'slide-unsupported',
    message: `The slide’s finest level has ${levels[0]?.levelMpp ?? mpp} um/px, but the model looks at ${model.mpp} um/px.`,
    hint: 'Scan at a higher magnification (x10 or more), or correct the scale with --mpp if the slide states it wrongly.',
  });
}

/** Patches side by side over the level, the last ones reaching beyond the slide. */
export const gridOver = ({ widthPx, heightPx }: Size, cellPx: number): Grid => ({
  columns: Math.ceil(widthPx / cellPx),
  rows: Math.ceil(heightPx / cellPx),
});

/** The slide seen at `planeMpp`: whole pixels, over which the slide is stretched. */
export const planeSize = ({ widthPx, heightPx }: Size, mpp: number, planeMpp: number): Size => ({
  widthPx: Math.max(1, roundHalfUp((widthPx * mpp) / planeMpp)),
  heightPx: Math.max(1, roundHalfUp((heightPx * mpp) / planeMpp)),
});

/** The coarsest level with both sides at least those of `size`, else level 0. */
export function coarsestLevelCovering(slide: Pick<SlideInfo, 'levels'>, size: Size): number {
  const covering = slide.levels.filter(({ widthPx, heightPx }) => widthPx >= size.widthPx && heightPx >= size.heightPx);
  return covering.at(-1)?.index ?? 0;
}
