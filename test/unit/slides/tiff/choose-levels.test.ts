import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLevels, type LevelCandidate } from '../../../../slides/tiff/choose-levels.ts';

const picture = (widthPx: number, heightPx: number, more: Partial<LevelCandidate> = {}): LevelCandidate => ({
  widthPx,
  heightPx,
  tiled: true,
  description: '',
  subfileType: 0,
  ...more,
});

const widths = (pictures: readonly LevelCandidate[]): number[] => chooseLevels(pictures).map(({ widthPx }) => widthPx);

describe('chooseLevels', () => {
  it('sorts a pyramid whose finest level comes last', () => {
    expect(widths([picture(50, 30), picture(100, 60), picture(200, 120)])).toEqual([200, 100, 50]);
  });

  it('leaves out pictures of another shape', () => {
    expect(widths([picture(2000, 1200), picture(1280, 431), picture(500, 300)])).toEqual([2000, 500]);
  });

  it('leaves out strips in a tiled slide, but takes them where there is nothing else', () => {
    const thumbnail = picture(574, 768, { tiled: false });
    expect(widths([picture(2220, 2967), thumbnail])).toEqual([2220]);
    expect(widths([thumbnail])).toEqual([574]);
  });

  it('leaves out masks, labels and macros, even where they are the largest', () => {
    expect(
      widths([
        picture(100, 50),
        picture(400, 200, { description: 'Aperio Image Library v10\r\nmacro 400x200' }),
        picture(400, 200, { description: 'Aperio Image Library v10\nlabel 400x200', subfileType: 1 }),
        picture(400, 200, { subfileType: 4 }),
      ]),
    ).toEqual([100]);
  });

  it('takes the first of several focal planes', () => {
    const planes = [
      picture(100, 50, { description: 'first' }),
      picture(100, 50, { description: 'second' }),
      picture(50, 25),
    ];
    expect(chooseLevels(planes).map(({ description }) => description)).toEqual(['first', '']);
  });

  it('has no levels where there are only photographs', () => {
    expect(chooseLevels([picture(10, 10, { description: 'label 10x10' })])).toEqual([]);
  });

  it('finds every level, however its writer rounds', () => {
    const size = fc.integer({ min: 300, max: 200_000 });
    const rounding = fc.constantFrom(Math.floor, Math.ceil, Math.round);
    fc.assert(
      fc.property(size, size, fc.integer({ min: 2, max: 4 }), rounding, (widthPx, heightPx, factor, round) => {
        const levels = [picture(widthPx, heightPx)];
        for (let scale = factor; widthPx / scale > 64 && heightPx / scale > 64; scale *= factor) {
          levels.push(picture(round(widthPx / scale), round(heightPx / scale)));
        }
        expect(chooseLevels(levels)).toEqual(levels);
      }),
    );
  });
});
