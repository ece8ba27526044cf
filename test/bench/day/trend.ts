/** How something went over the day, once it was warm. */
export interface Trend {
  readonly first: number;
  readonly last: number;
  /** By a straight line through all samples, over the whole time, as a share of the mean. */
  readonly growth: number;
  /** Per slide, by the same line. */
  readonly perSlide: number;
  readonly flat: boolean;
}

export interface Point {
  readonly slides: number;
  readonly value: number;
}

/** So much of the day does not count: caches fill, and garbage collectors learn. */
const WARM_UP = 0.2;
/** What grows by less than this share of its mean is flat. */
const FLAT = 0.1;

/** Undefined where there are too few samples to tell. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const warm = points.slice(Math.floor(points.length * WARM_UP));
  const [first, last] = [warm.at(0), warm.at(-1)];
  if (first === undefined || last === undefined || warm.length < 3) return undefined;
  const mean = average(warm.map(({ value }) => value));
  const perSlide = slope(warm);
  const growth = mean === 0 ? 0 : (perSlide * (last.slides - first.slides)) / mean;
  return { first: first.value, last: last.value, growth, perSlide, flat: growth < FLAT };
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function slope(points: readonly Point[]): number {
  const slides = average(points.map((point) => point.slides));
  const value = average(points.map((point) => point.value));
  const spread = points.reduce((sum, point) => sum + (point.slides - slides) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, point) => sum + (point.slides - slides) * (point.value - value), 0) / spread;
}
