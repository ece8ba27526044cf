/** How many there were at a moment; times are in milliseconds of any one clock. */
export interface Sample {
  readonly atMs: number;
  readonly count: number;
}

/** Long enough to smooth whole batches, short enough to follow a detector that comes or goes. */
const WINDOW_MS = 30_000;

/** The samples that still count, with the new one; the last one before the window stays, as the window's start. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const from = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - WINDOW_MS);
  return [...samples.slice(Math.max(0, from)), sample];
}

/** How many more a second over the window; undefined until there were more. */
export function perSecond(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs || last.count <= first.count)
    return undefined;
  return ((last.count - first.count) * 1000) / (last.atMs - first.atMs);
}
