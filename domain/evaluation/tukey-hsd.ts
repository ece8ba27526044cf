import { sampleOf } from './sample-statistics.ts';
import { studentizedRangePoint, studentizedRangeTail } from './studentized-range.ts';

/** Values of one method; two or more. */
export interface Group {
  readonly name: string;
  readonly values: readonly number[];
}

/** Two methods compared. */
export interface PairDifference {
  readonly a: string;
  readonly b: string;
  /** Mean of `a` less mean of `b`, and its simultaneous 95 % confidence interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

const ALPHA = 0.05;

/**
 * Tukey's honestly significant differences between all pairs of groups, with Kramer's correction where they are not of one size, as SciPy's
 * `tukey_hsd`: one-way, so it does not know that the same slides were looked at. None where there are fewer than two groups or one of them has
 * fewer than two values.
 */
export function tukeyHsd(groups: readonly Group[]): PairDifference[] {
  if (groups.length < 2 || groups.some(({ values }) => values.length < 2)) return [];
  const samples = groups.map(({ name, values }) => {
    const { count, mean = 0, sd = 0 } = sampleOf(values);
    return { name, count, mean, squares: sd * sd * (count - 1) };
  });
  const total = samples.reduce((sum, { count }) => sum + count, 0);
  const range = { means: groups.length, degrees: total - groups.length };
  const variance = samples.reduce((sum, { squares }) => sum + squares, 0) / range.degrees;
  const point = studentizedRangePoint(ALPHA, range);
  return samples.flatMap((a, i) =>
    samples.slice(i + 1).map((b) => {
      const error = Math.sqrt((variance / 2) * (1 / a.count + 1 / b.count));
      const difference = a.mean - b.mean;
      // Where nothing varies within the groups, any difference at all is beyond chance.
      const q = difference === 0 ? 0 : Math.abs(difference) / error;
      const reach = point * error;
      const p = studentizedRangeTail(q, range);
      return { a: a.name, b: b.name, difference, low: difference - reach, high: difference + reach, p };
    }),
  );
}
