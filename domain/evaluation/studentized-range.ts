import { quadrature } from './gauss-legendre.ts';
import { normalDensity, normalShare } from './normal-distribution.ts';

/** How many means are compared, and the degrees of freedom of the variance within the groups. */
export interface StudentizedRange {
  readonly means: number;
  readonly degrees: number;
}

/** Beyond so many standard deviations nothing of a double's precision is left of a normal distribution. */
const NORMAL_REACH = 8.5;
const PANELS = 8;
const POINT_PRECISION = 1e-10;

/**
 * The chance that the range of so many standard normal means, over an independent estimate of their standard deviation, exceeds `q`: the p value of
 * Tukey's HSD. It is the double integral of its definition (as SciPy's `studentized_range.sf`), by quadrature, to some 1e-10 absolutely.
 */
export function studentizedRangeTail(q: number, { means, degrees }: StudentizedRange): number {
  if (!(q > 0)) return 1;
  if (q === Infinity) return 0;
  const spread = spreadDensity(degrees);
  let tail = 0;
  for (const [i, node] of spread.nodes.entries()) tail += spread.weights[i]! * normalRangeTail(q * node, means);
  return Math.min(1, Math.max(0, tail));
}

/** The `q` that is exceeded with the chance `tail`, to 1e-9, by false position (the Illinois variant). */
export function studentizedRangePoint(tail: number, range: StudentizedRange): number {
  const over = (q: number): { q: number; excess: number } => ({ q, excess: studentizedRangeTail(q, range) - tail });
  let low = over(0);
  let high = over(4);
  while (high.excess > 0) [low, high] = [high, over(high.q * 2)];
  for (;;) {
    const next = over((low.q * high.excess - high.q * low.excess) / (high.excess - low.excess));
    if (Math.abs(next.excess) < POINT_PRECISION) return next.q;
    if (next.excess > 0) [low, high] = [next, { q: high.q, excess: high.excess / 2 }];
    else [low, high] = [{ q: low.q, excess: low.excess / 2 }, next];
  }
}

/**
 * The distribution of the estimated standard deviation over the true one, chi over the root of its degrees, as nodes and their shares. They are made
 * to add up to 1, which needs no gamma function.
 */
function spreadDensity(degrees: number): { nodes: Float64Array; weights: Float64Array } {
  const reach = 9 / Math.sqrt(degrees);
  const { nodes, weights } = quadrature({ from: Math.max(0, 1 - reach), to: 1 + reach, panels: PANELS });
  const logDensity = (s: number): number => (degrees - 1) * Math.log(s) - (degrees * s * s) / 2;
  const highest = logDensity(Math.sqrt(Math.max(degrees - 1, 1e-6) / degrees));
  const shares = weights.map((weight, i) => weight * Math.exp(logDensity(nodes[i]!) - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return { nodes, weights: shares.map((share) => share / total) };
}

/** The chance that the range of so many standard normal values exceeds `w`. */
function normalRangeTail(w: number, means: number): number {
  let within = 0;
  for (const [i, z] of LOWEST.nodes.entries()) {
    const between = normalShare(z + w) - LOWEST_SHARES[i]!;
    within += LOWEST.weights[i]! * LOWEST_DENSITIES[i]! * between ** (means - 1);
  }
  return 1 - means * within;
}

/** Where the lowest of the values may lie. */
const LOWEST = quadrature({ from: -NORMAL_REACH, to: NORMAL_REACH, panels: PANELS });
const LOWEST_DENSITIES = LOWEST.nodes.map(normalDensity);
const LOWEST_SHARES = LOWEST.nodes.map(normalShare);
