import { InvalidArgumentError } from 'commander';
import { isPlausibleMpp, MPP_LIMITS } from '../../domain/scale.ts';
import { isSubmitter, SUBMITTER_RULE } from '../../domain/submitter.ts';

/** @throws InvalidArgumentError, which commander shows with the option's name. */
export function parseMpp(text: string): number {
  const mpp = Number(text);
  if (text.trim() === '' || !isPlausibleMpp(mpp))
    throw new InvalidArgumentError(
      `It must be microns per pixel, a number from ${MPP_LIMITS.finest} to ${MPP_LIMITS.coarsest} such as 0.25.`,
    );
  return mpp;
}

/** A share from 0 to 1. @throws InvalidArgumentError */
export function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('It must be a share from 0 to 1 such as 0.99.');
  return share;
}

/** A whole number from `min` to `max`. */
export const parseWhole =
  ({ min, max }: { min: number; max: number }) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };

export function parseSubmitter(text: string): string {
  if (!isSubmitter(text)) throw new InvalidArgumentError(`It must be ${SUBMITTER_RULE}.`);
  return text;
}
