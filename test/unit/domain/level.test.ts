import { describe, expect, it } from 'vitest';
import { chooseDetectionLevel, coarsestLevelCovering, gridOver, planeSize } from '../../../domain/level.ts';
import type { SlideInfo } from '../../../domain/slide-info.ts';

const MODEL = { mpp: 1, mppTolerance: 0.1, patchPx: 256 };

/** A slide of the given size whose levels are finer by these factors. */
function slideOf(widthPx: number, heightPx: number, downsamples: number[]): SlideInfo {
  const levels = downsamples.map((downsample, index) => ({
    index,
    widthPx: Math.round(widthPx / downsample),
    heightPx: Math.round(heightPx / downsample),
    tileWidthPx: 240,
    tileHeightPx: 240,
  }));
  return {
    url: 'file:///s.svs',
    name: 's.svs',
    sizeBytes: 1,
    version: '1',
    scale: { kind: 'none' },
    widthPx,
    heightPx,
    levels,
  };
}

describe('chooseDetectionLevel', () => {
  it('averages 513 px of CMU-1 Small Region down to a patch, as the independent reference does', () => {
    expect(chooseDetectionLevel(slideOf(2220, 2967, [1]), 0.499, MODEL)).toEqual({
      level: 0,
      levelMpp: 0.499,
      cellPx: 513,
    });
  });

  it('takes a level within tolerance as it is', () => {
    expect(chooseDetectionLevel(slideOf(40_000, 40_000, [1, 4, 16]), 0.2528, MODEL)).toMatchObject({
      level: 1,
      cellPx: 256,
    });
    expect(chooseDetectionLevel(slideOf(40_000, 40_000, [1, 2]), 0.55, MODEL)).toMatchObject({ level: 1, cellPx: 256 });
  });

  it('takes the nearest of several within tolerance', () => {
    expect(chooseDetectionLevel(slideOf(10_000, 10_000, [1, 1.1]), 0.93, MODEL).level).toBe(1);
  });

  it('never enlarges: the coarsest finer level is averaged down', () => {
    expect(chooseDetectionLevel(slideOf(40_000, 40_000, [1, 2, 8]), 0.25, MODEL)).toEqual({
      level: 1,
      levelMpp: 0.5,
      cellPx: 512,
    });
  });

  it('refuses a slide that is coarser than the model looks', () => {
    expect(() => chooseDetectionLevel(slideOf(4000, 4000, [1]), 2, MODEL)).toThrow(
      expect.objectContaining({ code: 'slide-unsupported', message: expect.stringContaining('2 um/px') }),
    );
  });
});

describe('planes and grid', () => {
  it('lays 5 x 6 cells over CMU-1 Small Region', () => {
    expect(gridOver({ widthPx: 2220, heightPx: 2967 }, 513)).toEqual({ columns: 5, rows: 6 });
    expect(gridOver({ widthPx: 512, heightPx: 513 }, 256)).toEqual({ columns: 2, rows: 3 });
  });

  it('rounds planes to whole pixels, never to none', () => {
    expect(planeSize({ widthPx: 2220, heightPx: 2967 }, 0.499, 8)).toEqual({ widthPx: 138, heightPx: 185 });
    expect(planeSize({ widthPx: 2220, heightPx: 2967 }, 0.499, 4)).toEqual({ widthPx: 277, heightPx: 370 });
    expect(planeSize({ widthPx: 3, heightPx: 3 }, 0.25, 8)).toEqual({ widthPx: 1, heightPx: 1 });
  });

  it('reads a plane from the coarsest level that is as large', () => {
    const slide = slideOf(8000, 4000, [1, 2, 4]);
    expect(coarsestLevelCovering(slide, { widthPx: 1024, heightPx: 1024 })).toBe(1);
    expect(coarsestLevelCovering(slide, { widthPx: 1024, heightPx: 1000 })).toBe(2);
    expect(coarsestLevelCovering(slide, { widthPx: 9000, heightPx: 10 })).toBe(0);
  });
});
