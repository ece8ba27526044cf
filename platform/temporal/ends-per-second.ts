/** From when to when something was under way. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Fewer ends are chance. */
const ENDED_NEEDED = 3;

/**
 * How many of these runs have ended a second since the first of them ended, while any of them was under way or `waiting` was: the time in which
 * there was nothing to do says nothing about speed. While nothing ends, what waits makes it slower by the second. Undefined where too few have ended to say.
 * @example endsPerSecond([{ startMs: 0, endMs: 1000 }, { startMs: 0, endMs: 2000 }, { startMs: 60000, endMs: 61000 }], { startMs: 90000, endMs: 90000 }) // 1
 */
export function endsPerSecond(ended: readonly Span[], waiting: Span): number | undefined {
  if (ended.length < ENDED_NEEDED) return undefined;
  const fromMs = Math.min(...ended.map(({ endMs }) => endMs));
  const busyMs = coveredMs([...ended, waiting], fromMs);
  return busyMs > 0 ? ((ended.length - 1) * 1000) / busyMs : undefined;
}

/** How long at least one of them was under way, from a moment on. */
function coveredMs(spans: readonly Span[], fromMs: number): number {
  let covered = 0;
  let reachedMs = fromMs;
  for (const { startMs, endMs } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    covered += Math.max(0, endMs - Math.max(startMs, reachedMs));
    reachedMs = Math.max(reachedMs, endMs);
  }
  return covered;
}
