import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { steadyClock } from '../../../../platform/tracing/steady-clock.ts';

describe('the clock of spans', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_700_000_000_000 }));
  afterEach(() => vi.useRealTimers());

  it('goes on by fractions of a millisecond', () => {
    const now = steadyClock();
    const before = now();
    vi.advanceTimersByTime(250);
    expect(now() - before).toBeCloseTo(250, 5);
  });

  it("does not follow the rounding of the machine's clock", () => {
    const now = steadyClock();
    const before = now();
    vi.setSystemTime(Date.now() - 1);
    expect(now()).toBeGreaterThanOrEqual(before);
  });

  it('follows a clock that is set', () => {
    const now = steadyClock();
    vi.setSystemTime(1_700_000_600_000);
    expect(now()).toBeCloseTo(1_700_000_600_000, 0);
  });
});
