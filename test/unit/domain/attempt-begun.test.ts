import { describe, expect, it } from 'vitest';
import { isOutOfPatience, isSuspect, modeAfter, trailOf, type AttemptBegun } from '../../../domain/attempt-begun.ts';

const word = (more: Partial<AttemptBegun>): AttemptBegun => ({
  runId: 'r1',
  batch: 3,
  worker: 'w1',
  attempt: 0,
  crashes: 0,
  lost: [],
  delays: 0,
  begun: 'whole',
  ...more,
});

describe('what the last word on a batch means to whoever finds it', () => {
  it('nothing said: nothing is known, and nobody is suspect', () => {
    expect(trailOf(undefined, 0)).toEqual({ crashes: 0, lost: [], delays: 0 });
    expect(isSuspect(trailOf(undefined, 0))).toBe(false);
  });

  it('a whole begun and never ended is one more detector that died', () => {
    const trail = trailOf(word({ crashes: 1 }), 0);
    expect(trail).toEqual({ crashes: 2, lost: [], delays: 0 });
    expect(isSuspect(trail)).toBe(true);
  });

  it('a cell begun alone and never ended is lost, with whom it killed', () => {
    const before = [{ place: 1, worker: 'w0' }];
    expect(trailOf(word({ crashes: 3, lost: before, begun: 5 }), 0)).toEqual({
      crashes: 3,
      lost: [...before, { place: 5, worker: 'w1' }],
      delays: 0,
    });
  });

  it('a batch that was handed back alive keeps what was known, and no more', () => {
    expect(trailOf(word({ crashes: 1, begun: null }), 0)).toEqual({ crashes: 1, lost: [], delays: 0 });
    expect(isSuspect(trailOf(word({ begun: null }), 0))).toBe(false);
  });

  it('an earlier attempt has ended, so the next begins with a clean slate', () => {
    expect(trailOf(word({ crashes: 2, attempt: 1 }), 2)).toEqual({ crashes: 0, lost: [], delays: 0 });
  });

  it('three dead detectors are enough to try cell by cell', () => {
    const modes = [0, 1, 2, 3].map((crashes) => modeAfter('whole', { crashes, lost: [], delays: 0 }));
    expect(modes).toEqual(['whole', 'whole', 'whole', 'cells']);
    expect(modeAfter('cells', { crashes: 0, lost: [], delays: 0 })).toBe('cells');
  });

  it('tiles that cannot be read are waited for longer at first than once an attempt has failed', () => {
    const after = (delays: number, attempt: number): boolean =>
      isOutOfPatience({ crashes: 0, lost: [], delays }, attempt);
    expect([after(99, 0), after(100, 0)]).toEqual([false, true]);
    expect([after(19, 1), after(20, 1), after(20, 3)]).toEqual([false, true, true]);
    expect(isSuspect({ crashes: 0, lost: [], delays: 100 })).toBe(false);
  });
});
