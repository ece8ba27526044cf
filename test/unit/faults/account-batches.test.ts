import { describe, expect, it } from 'vitest';
import { findRecomputed, type Outage } from '../../faults/account-batches.ts';
import type { Held, Scored } from '../../faults/journal.ts';

const scored = (atMs: number, pid = 1): Scored => ({ key: 'run/7', pid, atMs });
const held = (takenMs: number, endedMs: number, pid = 1): Held => ({ key: 'run/7', pid, takenMs, endedMs });
const outage = (fromMs: number, toMs: number, ...reach: Outage['reach']): Outage => ({
  fault: 'one',
  fromMs,
  toMs,
  reach,
});

const excuses = (seen: { scored: Scored[]; held?: Held[] }, outages: Outage[]): (string | undefined)[] =>
  findRecomputed({ held: [], ...seen }, outages).map(({ excuse }) => excuse);

describe('batches that are computed more than once', () => {
  it('are none where each was computed once', () => {
    expect(excuses({ scored: [scored(10), { ...scored(20), key: 'run/8' }] }, [])).toEqual([]);
  });

  it('have no excuse where nothing happened', () => {
    expect(excuses({ scored: [scored(10), scored(20)], held: [held(0, 10), held(11, 20)] }, [])).toEqual([undefined]);
  });

  it('are excused by the death of the one that had them in hand, not of another, nor before it had them', () => {
    const seen = { scored: [scored(10_000), scored(40_000, 2)], held: [held(0, 10_000), held(30_000, 40_000, 2)] };
    expect(excuses(seen, [outage(5_000, 6_000, { kind: 'hands-of', pid: 1 })])).toEqual(['one']);
    expect(excuses(seen, [outage(5_000, 6_000, { kind: 'hands-of', pid: 3 })])).toEqual([undefined]);
    expect(excuses(seen, [outage(11_000, 12_000, { kind: 'hands-of', pid: 1 })])).toEqual([undefined]);
  });

  it('are excused once by one outage, and by none that came later', () => {
    const seen = { scored: [scored(10), scored(20), scored(30)], held: [held(0, 30)] };
    expect(excuses(seen, [outage(5, 6, { kind: 'all-hands' })])).toEqual(['one', undefined]);
    expect(excuses(seen, [outage(25, 26, { kind: 'all-hands' })])).toEqual([undefined, 'one']);
  });

  it('are excused by the loss of just their messages, and by the steering of just their run', () => {
    const seen = { scored: [scored(10), scored(20)], held: [held(0, 10)] };
    expect(excuses(seen, [outage(5, 6, { kind: 'batches', keys: new Set(['run/7']) })])).toEqual(['one']);
    expect(excuses(seen, [outage(5, 6, { kind: 'batches', keys: new Set(['run/8']) })])).toEqual([undefined]);
    expect(excuses(seen, [outage(5, 6, { kind: 'hands-on-run', runId: 'run' })])).toEqual(['one']);
    expect(excuses(seen, [outage(5, 6, { kind: 'hands-on-run', runId: 'ru' })])).toEqual([undefined]);
  });
});
