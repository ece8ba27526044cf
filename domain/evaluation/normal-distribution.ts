const SERIES_UP_TO = 3;
const PRECISION = 1e-17;
const FRACTION_DEPTH = 40;

/** The standard normal density. */
export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** The share of a standard normal distribution below `z`, to 1e-15 absolutely (Abramowitz and Stegun 26.2.11 and 26.2.14). */
export function normalShare(z: number): number {
  if (Math.abs(z) < SERIES_UP_TO) return 0.5 + series(z) * normalDensity(z);
  const tail = normalDensity(z) * fraction(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; Math.abs(term) > PRECISION * Math.abs(sum); n++) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

function fraction(z: number): number {
  let value = z;
  for (let n = FRACTION_DEPTH; n >= 1; n--) value = z + n / value;
  return 1 / value;
}
