import type { Size } from '../geometry.ts';
import type { StatedScale } from '../slide-info.ts';
import type { Area } from './rasterise-polygons.ts';

/** Level 0 of a slide. */
export interface SlideExtent extends Size {
  readonly mpp: number;
}

/** A mask and slide whose sizes in um differ by no more than this share are of one slide: scales are written in rounded numbers. */
const SAME_EXTENT = 0.02;
/** Annotators draw over the edge a little. */
const OVER_THE_EDGE = 0.05;

/**
 * Why a mask cannot be of this slide, or undefined: its sides are not in proportion to the slide's to a pixel of the mask, or it states a scale by
 * which it is another size.
 */
export function maskMisfit(
  { size, scale }: { size: Size; scale: StatedScale },
  slide: SlideExtent,
): string | undefined {
  const { widthPx, heightPx, mpp } = slide;
  const pixels = `${size.widthPx} x ${size.heightPx} px`;
  const ofSlide = `the slide of ${widthPx} x ${heightPx} px at ${mpp} um/px`;
  // Each side of the mask may be rounded either way.
  const coarsest = Math.min(widthPx / Math.max(0.5, size.widthPx - 1), heightPx / Math.max(0.5, size.heightPx - 1));
  const finest = Math.max(widthPx / (size.widthPx + 1), heightPx / (size.heightPx + 1));
  if (finest > coarsest) return `its ${pixels} are not in proportion to ${ofSlide}`;
  if (scale.kind !== 'mpp') return undefined;
  const sides = [(size.widthPx * scale.x) / (widthPx * mpp), (size.heightPx * scale.y) / (heightPx * mpp)];
  const slack = SAME_EXTENT + 1 / Math.min(size.widthPx, size.heightPx);
  if (sides.every((side) => Math.abs(side - 1) <= slack)) return undefined;
  return `its ${pixels} at ${Number(scale.x.toPrecision(4))} um/px are not as large as ${ofSlide}`;
}

/** Why areas cannot be of this slide, or undefined: a corner lies further outside than 5 % of the slide's side. */
export function areasMisfit(areas: readonly Area[], { widthPx, heightPx }: Size): string | undefined {
  const outside = (place: number, side: number): boolean =>
    place < -OVER_THE_EDGE * side || place > (1 + OVER_THE_EDGE) * side;
  for (const [x, y] of areas.flat(2))
    if (outside(x, widthPx) || outside(y, heightPx))
      return `it has a corner at (${x}, ${y}), far outside the slide of ${widthPx} x ${heightPx} px`;
  return undefined;
}
