import { describe, expect, it } from 'vitest';
import { resolveScale } from '../../../domain/scale.ts';

describe('resolveScale', () => {
  it('takes what the slide states', () => {
    expect(resolveScale({ kind: 'mpp', x: 0.499, y: 0.499 }, null)).toEqual({ mpp: 0.499, scale: 'stated' });
  });

  it('takes the mean of x and y where they are within 1 %', () => {
    expect(resolveScale({ kind: 'mpp', x: 0.25, y: 0.252 }, null)).toEqual({ mpp: 0.251, scale: 'stated' });
  });

  it('assumes 10 / magnification, and says so', () => {
    expect(resolveScale({ kind: 'magnification', magnification: 40 }, null)).toEqual({ mpp: 0.25, scale: 'assumed' });
  });

  it('lets a person overrule anything', () => {
    expect(resolveScale({ kind: 'mpp', x: 25, y: 1 }, 0.5)).toEqual({
      mpp: 0.5,
      scale: 'given',
      slideSays: { x: 25, y: 1, scale: 'stated' },
    });
    expect(resolveScale({ kind: 'magnification', magnification: 40 }, 0.5)).toEqual({
      mpp: 0.5,
      scale: 'given',
      slideSays: { x: 0.25, y: 0.25, scale: 'assumed' },
    });
    expect(resolveScale({ kind: 'none' }, 0.5)).toEqual({ mpp: 0.5, scale: 'given' });
  });

  it.each([0.049, 5.1, 25, 0, -0.5, Number.NaN])('refuses %d um/px from a person too', (given) => {
    expect(() => resolveScale({ kind: 'mpp', x: 0.5, y: 0.5 }, given)).toThrow(
      expect.objectContaining({
        code: 'scale-implausible',
        message: expect.stringContaining(`${given} um/px was given`),
        hint: expect.stringContaining('--mpp'),
      }),
    );
  });

  it.each([0.05, 5])('takes the limit %d um/px itself', (given) => {
    expect(resolveScale({ kind: 'none' }, given)).toEqual({ mpp: given, scale: 'given' });
  });

  it.each([
    [{ kind: 'none' }, 'scale-missing', /neither microns per pixel nor a magnification/],
    [{ kind: 'mpp', x: 0.25, y: 0.2526 }, 'scale-implausible', /0\.25 um wide and 0\.2526 um high/],
    [{ kind: 'mpp', x: 0.049, y: 0.049 }, 'scale-implausible', /0\.049 um\/px/],
    [{ kind: 'mpp', x: 5.1, y: 5.1 }, 'scale-implausible', /5\.1 um\/px/],
    [{ kind: 'mpp', x: 0, y: 0 }, 'scale-implausible', /says 0 um\/px/],
    [{ kind: 'mpp', x: -0.5, y: -0.5 }, 'scale-implausible', /says -0\.5 um\/px/],
    [{ kind: 'mpp', x: Number.NaN, y: Number.NaN }, 'scale-implausible', /NaN/],
    [{ kind: 'magnification', magnification: 0 }, 'scale-implausible', /Infinity/],
  ] as const)('refuses %o as %s, with the values and --mpp as the way out', (stated, code, message) => {
    expect(() => resolveScale(stated, null)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
        hint: expect.stringContaining('--mpp'),
      }),
    );
  });
});
