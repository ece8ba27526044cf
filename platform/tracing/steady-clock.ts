/** A machine's clock may be set while the program runs; what it is off by then is taken over, and smaller differences are the rounding of milliseconds. */
const STEP_MS = 100;

/**
 * Milliseconds since 1970 with their fractions, which never stand still or go back between two looks unless the machine's clock was set: else a part of some work
 * may seem to outlast the whole by a rounding, and viewers complain of that.
 */
export function steadyClock(): () => number {
  let offsetMs = Date.now() - performance.now();
  return () => {
    const offMs = Date.now() - (offsetMs + performance.now());
    if (Math.abs(offMs) > STEP_MS) offsetMs += offMs;
    return offsetMs + performance.now();
  };
}
