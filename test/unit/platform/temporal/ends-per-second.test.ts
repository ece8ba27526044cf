import { describe, expect, it } from 'vitest';
import { endsPerSecond, type Span } from '../../../../platform/temporal/ends-per-second.ts';

const MINUTE_MS = 60_000;
/** One after the other, each taking so long, the first beginning at a moment. */
const inTurn = (count: number, takesMs: number, fromMs = 0): Span[] =>
  Array.from({ length: count }, (_, i) => ({ startMs: fromMs + i * takesMs, endMs: fromMs + (i + 1) * takesMs }));
const justCome = (nowMs: number): Span => ({ startMs: nowMs, endMs: nowMs });

describe('how fast runs end', () => {
  it('is not known from two', () => {
    expect(endsPerSecond([], justCome(0))).toBeUndefined();
    expect(endsPerSecond(inTurn(2, 1000), justCome(2000))).toBeUndefined();
    expect(endsPerSecond(inTurn(3, 1000), justCome(3000))).toBe(1);
  });

  it('is not less after an hour in which there was nothing to do', () => {
    expect(endsPerSecond(inTurn(20, 5000), justCome(100_000 + 60 * MINUTE_MS))).toBe(0.2);
    const twice = [...inTurn(4, 5000), ...inTurn(4, 5000, 20 * MINUTE_MS)];
    expect(endsPerSecond(twice, justCome(40 * MINUTE_MS))).toBe(0.2);
  });

  it('counts those that were under way side by side, or waited, once', () => {
    const together = inTurn(9, 1000).map(({ endMs }) => ({ startMs: 0, endMs }));
    expect(endsPerSecond(together, { startMs: 500, endMs: 9000 })).toBe(1);
    const pairs = [...inTurn(4, 2000), ...inTurn(4, 2000)];
    expect(endsPerSecond(pairs, justCome(8000))).toBeCloseTo(7 / 6);
  });

  it('falls by the second while one waits and nothing ends', () => {
    const ended = inTurn(5, 1000);
    const rates = [5000, 6000, 13_000].map((endMs) => endsPerSecond(ended, { startMs: 5000, endMs }));
    expect(rates).toEqual([1, 0.8, 4 / 12]);
  });

  it('is not known of such as ended all at once', () => {
    const atOnce = Array.from({ length: 3 }, () => ({ startMs: 0, endMs: 1000 }));
    expect(endsPerSecond(atOnce, justCome(1000))).toBeUndefined();
  });
});
