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
export const hashSigned = (seed: number, x: number, y: number): number => hashUnit(seed, x, y) * 2 - 1;

/** Smooth value noise between -1 and 1 with features of about one unit. With `period`, it repeats after so many units. */
export function smoothNoise(seed: number, x: number, y: number, period = 0): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const wrap = (value: number): number => (period > 0 ? ((value % period) + period) % period : value);
  const at = (dx: number, dy: number): number => hashSigned(seed, wrap(column + dx), wrap(row + dy));
  const across = smoothStep(x - column);
  const top = at(0, 0) + (at(1, 0) - at(0, 0)) * across;
  const bottom = at(0, 1) + (at(1, 1) - at(0, 1)) * across;
  return top + (bottom - top) * smoothStep(y - row);
}

/** 0 below 0, 1 above 1, smooth between. */
export function smoothStep(value: number): number {
  const clamped = Math.min(1, Math.max(0, value));
  return clamped * clamped * (3 - 2 * clamped);
}
