import { hashUnit } from '../random.ts';

/** Numbers drawn one after another; the same seed and purpose give the same row of them. */
export interface Draws {
  /** In [0, 1). */
  unit(): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
}

export function drawsOf(seed: number, purpose: number): Draws {
  let drawn = 0;
  const unit = (): number => hashUnit(seed, purpose, drawn++);
  return {
    unit,
    between: (low, high) => low + (high - low) * unit(),
    chance: (share) => unit() < share,
  };
}

/** Seeds next to each other give slides that share nothing, although every part of a slide has a seed of its own. */
export const mixSeed = (seed: number): number => Math.floor(hashUnit(seed, 91, 17) * 2 ** 31);
