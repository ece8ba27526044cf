import { H2gError } from './error.ts';
import type { StatedScale } from './slide-info.ts';

/** Where a run's microns per pixel come from: the slide states them, they are assumed from a magnification, or a person gave them. */
export type ScaleOrigin = 'stated' | 'assumed' | 'given';

export interface PhysicalScale {
  /** um/px of level 0. */
  readonly mpp: number;
  readonly scale: ScaleOrigin;
}

const FINEST_MPP = 0.05;
const COARSEST_MPP = 5;
/** x and y may differ by this share. */
const ANISOTROPY_TOLERANCE = 0.01;
/** By convention x10 is 1 um/px. */
const MPP_TIMES_MAGNIFICATION = 10;

const GIVE_MPP =
  'If you know the scanner’s resolution, give it: --mpp 0.25 (microns per pixel of the full-size picture).';

const implausible = (message: string): H2gError => new H2gError({ code: 'scale-implausible', message, hint: GIVE_MPP });

/**
 * The slide's um/px, or an error: a guess here would be a silent error in every size that follows (design, section 8).
 * @param given what the person gave with `--mpp`; it overrules the slide.
 * @throws H2gError `scale-missing`, `scale-implausible`
 */
export function resolveScale(stated: StatedScale, given: number | null): PhysicalScale {
  if (given !== null) return { mpp: given, scale: 'given' };
  switch (stated.kind) {
    case 'none':
      throw new H2gError({
        code: 'scale-missing',
        message:
          'The slide does not say how large its pixels are: it has neither microns per pixel nor a magnification.',
        hint: GIVE_MPP,
      });
    case 'magnification':
      return { mpp: plausible(MPP_TIMES_MAGNIFICATION / stated.magnification), scale: 'assumed' };
    case 'mpp':
      return { mpp: plausible(isotropic(stated)), scale: 'stated' };
  }
}

function isotropic({ x, y }: { x: number; y: number }): number {
  if (Math.abs(x - y) > ANISOTROPY_TOLERANCE * Math.max(x, y))
    throw implausible(
      `The slide’s pixels are not square: ${short(x)} um wide and ${short(y)} um high, more than 1 % apart.`,
    );
  return x === y ? x : (x + y) / 2;
}

function plausible(mpp: number): number {
  if (!(mpp >= FINEST_MPP && mpp <= COARSEST_MPP))
    throw implausible(
      `The slide says ${short(mpp)} um/px, which no slide scanner has (${FINEST_MPP} to ${COARSEST_MPP} are accepted).`,
    );
  return mpp;
}

/** Six digits tell any two scales apart, and no reader from a page of floating point. */
const short = (value: number): number => Number(value.toPrecision(6));
