import { H2gError } from './error.ts';
import type { StatedScale } from './slide-info.ts';

/** Where a run's microns per pixel come from: the slide states them, they are assumed from a magnification, or a person gave them. */
export type ScaleOrigin = 'stated' | 'assumed' | 'given';

export interface PhysicalScale {
  /** um/px of level 0. */
  readonly mpp: number;
  readonly scale: ScaleOrigin;
  /** What the slide itself says, where a given scale takes its place. */
  readonly slideSays?: SlideSays;
}

/** um/px of level 0 by the slide alone, plausible or not, and whether it states them or its magnification implies them. */
export interface SlideSays {
  readonly x: number;
  readonly y: number;
  readonly scale: Exclude<ScaleOrigin, 'given'>;
}

/** No slide scanner is finer or coarser; it holds for slides and people alike. */
export const MPP_LIMITS = { finest: 0.05, coarsest: 5 } as const;
/** Two scales that differ by no more than this share are the same. */
const TOLERANCE = 0.01;
/** By convention x10 is 1 um/px. */
const MPP_TIMES_MAGNIFICATION = 10;

const ACCEPTED = `${MPP_LIMITS.finest} to ${MPP_LIMITS.coarsest} are accepted`;
const GIVE_MPP =
  'If you know the scanner’s resolution, give it: --mpp 0.25 (microns per pixel of the full-size picture).';

const implausible = (message: string): H2gError => new H2gError({ code: 'scale-implausible', message, hint: GIVE_MPP });

/**
 * The slide's um/px, or an error: a guess here would be a silent error in every size that follows (design, section 8).
 * @param given what the person gave with `--mpp`; it overrules the slide, within the same limits.
 * @throws H2gError `scale-missing`, `scale-implausible`
 */
export function resolveScale(stated: StatedScale, given: number | null): PhysicalScale {
  if (given !== null) return givenScale(given, stated);
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

export const isPlausibleMpp = (mpp: number): boolean => mpp >= MPP_LIMITS.finest && mpp <= MPP_LIMITS.coarsest;

/** Whether a scale is more than 1 % away from what the slide says, on either axis. */
export const overrules = (mpp: number, { x, y }: SlideSays): boolean =>
  [x, y].some((own) => Math.abs(mpp - own) > TOLERANCE * Math.abs(own));

function givenScale(mpp: number, stated: StatedScale): PhysicalScale {
  if (!isPlausibleMpp(mpp))
    throw implausible(`${shortMpp(mpp)} um/px was given (--mpp), which no slide scanner has (${ACCEPTED}).`);
  const slideSays = whatSlideSays(stated);
  return { mpp, scale: 'given', ...(slideSays && { slideSays }) };
}

function whatSlideSays(stated: StatedScale): SlideSays | undefined {
  if (stated.kind === 'none') return undefined;
  if (stated.kind === 'mpp') return { x: stated.x, y: stated.y, scale: 'stated' };
  const mpp = MPP_TIMES_MAGNIFICATION / stated.magnification;
  return { x: mpp, y: mpp, scale: 'assumed' };
}

function isotropic({ x, y }: { x: number; y: number }): number {
  if (Math.abs(x - y) > TOLERANCE * Math.max(Math.abs(x), Math.abs(y)))
    throw implausible(
      `The slide’s pixels are not square: ${shortMpp(x)} um wide and ${shortMpp(y)} um high, more than 1 % apart.`,
    );
  return x === y ? x : (x + y) / 2;
}

function plausible(mpp: number): number {
  if (!isPlausibleMpp(mpp))
    throw implausible(`The slide says ${shortMpp(mpp)} um/px, which no slide scanner has (${ACCEPTED}).`);
  return mpp;
}

/** Six digits tell any two scales apart, and no reader from a page of floating point. */
export const shortMpp = (value: number): number => Number(value.toPrecision(6));
