/**
 * A number in [0, 1) that depends on nothing but its arguments, so that any part of a slide can be painted without the rest.
 * Integer hash after Chris Wellons' "lowbias32" (public domain).
 */
export function hashUnit(seed: number, x: number, y: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(x, 0x27d4eb2f) ^ Math.imul(y, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

/** Like `hashUnit`, between -1 and 1. */
export function hashSigned(seed: number, x: number, y: number): number {
  return hashUnit(seed, x, y) * 2 - 1;
}

/** Smooth value noise between -1 and 1 with features of about one unit. With `period`, it repeats after so many units. */
export function smoothNoise(seed: number, x: number, y: number, period = 0): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const left = wrap(column, period);
  const right = wrap(column + 1, period);
  const above = wrap(row, period);
  const below = wrap(row + 1, period);
  const across = smoothStep(x - column);
  const leftAbove = hashSigned(seed, left, above);
  const leftBelow = hashSigned(seed, left, below);
  const top = leftAbove + (hashSigned(seed, right, above) - leftAbove) * across;
  const bottom = leftBelow + (hashSigned(seed, right, below) - leftBelow) * across;
  return top + (bottom - top) * smoothStep(y - row);
}

function wrap(value: number, period: number): number {
  return period > 0 ? ((value % period) + period) % period : value;
}

/** 0 below 0, 1 above 1, smooth between. */
export function smoothStep(value: number): number {
  const clamped = Math.min(1, Math.max(0, value));
  return clamped * clamped * (3 - 2 * clamped);
}
