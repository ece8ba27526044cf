import { describe, expect, it } from 'vitest';
import { areasMisfit, maskMisfit } from '../../../../domain/evaluation/fits-slide.ts';

const SLIDE = { widthPx: 10_003, heightPx: 7_001, mpp: 0.25 };
const UNSTATED = { kind: 'none' } as const;
const mpp = (x: number) => ({ kind: 'mpp', x, y: x }) as const;

describe('maskMisfit', () => {
  it.each([
    [{ widthPx: 2501, heightPx: 1750 }, mpp(1)],
    [{ widthPx: 2500, heightPx: 1751 }, mpp(1)],
    [{ widthPx: 625, heightPx: 438 }, mpp(4)],
    [{ widthPx: 10_003, heightPx: 7_001 }, UNSTATED],
    [{ widthPx: 3, heightPx: 2 }, UNSTATED],
    // A hundred per cent of the slide in 39 pixels of 64 um, rounded down.
    [{ widthPx: 39, heightPx: 27 }, mpp(64)],
  ])('takes %j', (size, scale) => {
    expect(maskMisfit({ size, scale }, SLIDE)).toBeUndefined();
  });

  it.each([
    [
      { widthPx: 2501, heightPx: 1760 },
      mpp(1),
      /its 2501 x 1760 px are not in proportion to the slide of 10003 x 7001 px at 0.25 um/,
    ],
    [{ widthPx: 1750, heightPx: 2501 }, UNSTATED, /not in proportion/],
    [{ widthPx: 2501, heightPx: 1750 }, mpp(0.5), /at 0.5 um\/px are not as large as the slide/],
  ])('refuses %j', (size, scale, why) => {
    expect(maskMisfit({ size, scale }, SLIDE)).toMatch(why);
  });
});

describe('areasMisfit', () => {
  it('lets annotators draw a little over the edge', () => {
    expect(
      areasMisfit(
        [
          [
            [
              [-100, 0],
              [10_200, 7_100],
              [5, 5],
            ],
          ],
        ],
        SLIDE,
      ),
    ).toBeUndefined();
    expect(areasMisfit([], SLIDE)).toBeUndefined();
  });

  it('finds corners that no slide of this size has', () => {
    expect(
      areasMisfit(
        [
          [
            [
              [0, 0],
              [5, 9_000],
              [5, 5],
            ],
          ],
        ],
        SLIDE,
      ),
    ).toMatch(/corner at \(5, 9000\), far outside the slide/);
  });
});
