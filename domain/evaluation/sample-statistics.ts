/** Of how many values, their mean, and their sample standard deviation (n - 1), which one value does not have. */
export interface Sample {
  readonly count: number;
  readonly mean: number | undefined;
  readonly sd: number | undefined;
}

/** Undefined values are left out; `count` says how many are left. */
export function sampleOf(values: readonly (number | undefined)[]): Sample {
  const known = values.filter((value) => value !== undefined);
  const count = known.length;
  if (count === 0) return { count, mean: undefined, sd: undefined };
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, sd: count < 2 ? undefined : Math.sqrt(squares / (count - 1)) };
}
