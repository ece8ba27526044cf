import { describe, expect, it } from 'vitest';
import { normalShare } from '../../../../domain/evaluation/normal-distribution.ts';
import { sampleOf } from '../../../../domain/evaluation/sample-statistics.ts';
import { studentizedRangePoint, studentizedRangeTail } from '../../../../domain/evaluation/studentized-range.ts';
import { tukeyHsd } from '../../../../domain/evaluation/tukey-hsd.ts';
import { REFERENCES } from '../../../fixtures/evaluation/read-references.ts';

describe('tukeyHsd', () => {
  it.each(REFERENCES.tukey)('$name: as SciPy', ({ groups, pairs }) => {
    const differences = tukeyHsd(groups.map((values, i) => ({ name: String(i), values })));
    expect(differences).toHaveLength(pairs.length);
    for (const [i, pair] of pairs.entries()) {
      const ours = differences[i]!;
      expect([ours.a, ours.b]).toEqual([String(pair.a), String(pair.b)]);
      for (const key of ['difference', 'p', 'low', 'high'] as const)
        expect(Math.abs(ours[key] - pair[key]), key).toBeLessThan(1e-6);
    }
  });

  it('needs two groups of two', () => {
    expect(tukeyHsd([{ name: 'a', values: [1, 2, 3] }])).toEqual([]);
    expect(
      tukeyHsd([
        { name: 'a', values: [1, 2] },
        { name: 'b', values: [1] },
      ]),
    ).toEqual([]);
  });

  it('takes any difference for one where nothing varies', () => {
    const group = (name: string, value: number): { name: string; values: number[] } => ({
      name,
      values: [value, value],
    });
    expect(tukeyHsd([group('a', 1), group('b', 1)])[0]).toMatchObject({ difference: 0, p: 1 });
    expect(tukeyHsd([group('a', 1), group('b', 0.5)])[0]).toMatchObject({ difference: 0.5, p: 0 });
  });
});

describe('the studentized range', () => {
  it.each(REFERENCES.studentizedRange)('tail at $q of $means means, $degrees degrees', ({ tail, ...range }) => {
    expect(Math.abs(studentizedRangeTail(range.q, range) - tail)).toBeLessThan(1e-7);
  });

  it('has the points of the tables', () => {
    // Harter's tables, upper 5 %: 3 means and 10 degrees 3.877, 10 means and 60 degrees 4.646.
    expect(studentizedRangePoint(0.05, { means: 3, degrees: 10 })).toBeCloseTo(3.877, 3);
    expect(studentizedRangePoint(0.05, { means: 10, degrees: 60 })).toBeCloseTo(4.646, 3);
  });
});

it('knows the normal distribution', () => {
  expect(normalShare(0)).toBe(0.5);
  expect(normalShare(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalShare(-3.5) / 2.3262907903552504e-4).toBeCloseTo(1, 12);
  expect(normalShare(3.0000001) - normalShare(2.9999999)).toBeCloseTo(0, 8);
});

it('takes the sample standard deviation', () => {
  expect(sampleOf([1, undefined, 3])).toEqual({ count: 2, mean: 2, sd: Math.SQRT2 });
  expect(sampleOf([1])).toEqual({ count: 1, mean: 1, sd: undefined });
  expect(sampleOf([undefined])).toEqual({ count: 0, mean: undefined, sd: undefined });
});
