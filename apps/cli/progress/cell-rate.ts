/** How many cells were settled at a moment; times are in milliseconds of any one clock. */
export interface RateSample {
  readonly atMs: number;
  readonly done: number;
}

/** Long enough to smooth whole batches, short enough to follow a detector that comes or goes. */
const WINDOW_MS = 15_000;

/** The samples that still count, with the new one; the last one before the window stays, as the window's start. */
export function addSample(samples: readonly RateSample[], sample: RateSample): RateSample[] {
  const from = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - WINDOW_MS);
  return [...samples.slice(Math.max(0, from)), sample];
}

/** Cells a second over the window; undefined until some were settled in it. */
export function cellsPerSecond(samples: readonly RateSample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs || last.done <= first.done) return undefined;
  return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
}

export const secondsLeft = (cellsLeft: number, rate: number | undefined): number | undefined =>
  rate === undefined ? undefined : cellsLeft / rate;
