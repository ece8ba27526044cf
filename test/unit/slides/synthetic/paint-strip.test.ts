import { describe, expect, it } from 'vitest';
import { type Paint, type Strip, weaveFibres } from '../../../../slides/synthetic/paint-ground.ts';
import { paintStrip } from '../../../../slides/synthetic/paint-strip.ts';
import { planSpecimen } from '../../../../slides/synthetic/plan-specimen.ts';
import { mixStain } from '../../../../slides/synthetic/stain.ts';

const widthPx = 700;
const heightPx = 520;
const paint: Paint = {
  specimen: planSpecimen({ widthUm: widthPx, heightUm: heightPx, seed: 9 }),
  stain: mixStain(9),
  mpp: 1,
  fibres: weaveFibres(9),
};

function paintIn(...heights: number[]): Buffer {
  let top = 0;
  const strips = heights.map((rows): Strip => {
    const strip = { data: new Uint8Array(widthPx * rows * 3), widthPx, top, rows };
    top += rows;
    paintStrip(paint, strip);
    return strip;
  });
  return Buffer.concat(strips.map(({ data }) => data));
}

describe('paintStrip', () => {
  it('gives the same pixels wherever the slide is cut', () => {
    const whole = paintIn(heightPx);
    expect(paintIn(240, 240, 40).equals(whole)).toBe(true);
    expect(paintIn(1, 256, 263).equals(whole)).toBe(true);
  });

  it('paints glass at the corners and tissue in the middle, by the distance that finds tissue', () => {
    const whole = paintIn(heightPx);
    const fromWhite = (x: number, y: number): number => {
      const [red = 0, green = 0, blue = 0] = whole.subarray((y * widthPx + x) * 3);
      return Math.hypot(255 - red, 255 - green, 255 - blue);
    };
    expect(fromWhite(2, 2)).toBeLessThan(30);
    let tissue = 0;
    for (let i = 0; i < 100; i++) if (fromWhite(260 + (i % 10) * 12, 200 + Math.floor(i / 10) * 10) > 85) tissue++;
    expect(tissue).toBeGreaterThan(75);
  });
});
