import { describe, expect, it } from 'vitest';
import { scaleBarOf } from '../../../results/draw-scale-bar.ts';

describe('scaleBarOf', () => {
  it.each([
    // 18 % of the picture: 540 um, so half a millimetre.
    [1280, 3000 / 1280, '0.5 mm', 500],
    [1280, 20_000 / 1280, '2 mm', 2_000],
    [1280, 60_000 / 1280, '10 mm', 10_000],
    [640, 100 / 640, '0.01 mm', 10],
  ])('of %i px at %d um/px is %s', (widthPx, umPerPx, label, lengthUm) => {
    const bar = scaleBarOf(widthPx, umPerPx);
    expect(bar.label).toBe(label);
    expect(bar.widthPx * umPerPx).toBeCloseTo(lengthUm, 9);
  });
});
