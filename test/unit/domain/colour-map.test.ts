import { describe, expect, it } from 'vitest';
import { scoreColour } from '../../../domain/colour-map.ts';

describe('scoreColour', () => {
  it('runs from dark violet to yellow', () => {
    expect(scoreColour(0)).toEqual([68, 1, 84]);
    expect(scoreColour(1)).toEqual([253, 231, 37]);
  });

  it('grows lighter at every step', () => {
    const lightness = Array.from({ length: 256 }, (_, step) => {
      const [red, green, blue] = scoreColour(step / 255);
      return 0.2126 * (red / 255) ** 2.2 + 0.7152 * (green / 255) ** 2.2 + 0.0722 * (blue / 255) ** 2.2;
    });
    for (let step = 8; step < 256; step++) expect(lightness[step]).toBeGreaterThan(lightness[step - 8] ?? 1);
  });

  it('holds to the ends outside 0 to 1', () => {
    expect(scoreColour(-1)).toEqual(scoreColour(0));
    expect(scoreColour(7)).toEqual(scoreColour(1));
  });
});
