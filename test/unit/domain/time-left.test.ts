import { describe, expect, it } from 'vitest';
import { addSample, perSecond, type Sample } from '../../../domain/rate.ts';
import { secondsLeft } from '../../../domain/time-left.ts';

describe('perSecond', () => {
  it('is how many came over the last half minute', () => {
    let samples: Sample[] = [];
    // 10 a second for 20 s, then 100 a second for 40 s.
    for (let s = 0; s <= 60; s++)
      samples = addSample(samples, { atMs: s * 1000, count: s <= 20 ? s * 10 : 200 + (s - 20) * 100 });
    expect(perSecond(samples)).toBe(100);
    expect(samples.length).toBeLessThan(40);
  });

  it('is not known before any came', () => {
    expect(perSecond([])).toBeUndefined();
    expect(perSecond([{ atMs: 0, count: 5 }])).toBeUndefined();
    expect(
      perSecond([
        { atMs: 0, count: 5 },
        { atMs: 900, count: 5 },
      ]),
    ).toBeUndefined();
  });
});

describe('secondsLeft', () => {
  const left = { cellsLeft: 160, batchesLeft: 10 };

  it('is by its own speed when it is its turn', () => {
    expect(secondsLeft({ ...left, cellsPerSecond: 8, ahead: undefined })).toBe(20);
    expect(secondsLeft({ ...left, cellsPerSecond: 8, ahead: { batches: 0, perSecond: 5 } })).toBe(20);
  });

  it('is by the speed of the queue while others go first, whatever its own was', () => {
    const ahead = { batches: 90, perSecond: 2 };
    expect(secondsLeft({ ...left, cellsPerSecond: undefined, ahead })).toBe(50);
    expect(secondsLeft({ ...left, cellsPerSecond: 1000, ahead })).toBe(50);
  });

  it('is by the speed of the queue when its turn has just come', () => {
    expect(secondsLeft({ ...left, cellsPerSecond: undefined, ahead: { batches: 0, perSecond: 2 } })).toBe(5);
  });

  it('is not known where nothing was seen to move', () => {
    expect(secondsLeft({ ...left, cellsPerSecond: undefined, ahead: undefined })).toBeUndefined();
    expect(
      secondsLeft({ ...left, cellsPerSecond: undefined, ahead: { batches: 0, perSecond: undefined } }),
    ).toBeUndefined();
    expect(secondsLeft({ ...left, cellsPerSecond: 8, ahead: { batches: 9, perSecond: undefined } })).toBeUndefined();
  });
});
