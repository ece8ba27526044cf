import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteRange } from '../../../../domain/byte-source.ts';
import { mergeRanges } from '../../../../slides/sources/merge-ranges.ts';

const range = (offset: number, length: number): ByteRange => ({ offset, length });
const merge = (ranges: ByteRange[], wasteBytes = 0, maxReadBytes = 1e9): ByteRange[] =>
  mergeRanges(ranges, { wasteBytes, maxReadBytes });

/** How many bytes the ranges cover together, each byte once. */
function covered(ranges: readonly ByteRange[]): number {
  const bytes = new Set(ranges.flatMap(({ offset, length }) => Array.from({ length }, (_, i) => offset + i)));
  return bytes.size;
}

describe('mergeRanges', () => {
  it('joins what touches and what overlaps, in whatever order it comes', () => {
    expect(merge([range(10, 5), range(0, 10), range(12, 8)])).toEqual([range(0, 20)]);
  });

  it('reads the same bytes once', () => {
    expect(merge([range(5, 5), range(5, 5)])).toEqual([range(5, 5)]);
  });

  it('leaves out ranges of no length', () => {
    expect(merge([range(0, 0), range(9, 1)])).toEqual([range(9, 1)]);
  });

  it('spends its waste on the smallest gaps', () => {
    const ranges = [range(0, 10), range(13, 7), range(25, 5), range(40, 5)];
    expect(merge(ranges, 2)).toEqual(ranges);
    expect(merge(ranges, 3)).toEqual([range(0, 20), range(25, 5), range(40, 5)]);
    expect(merge(ranges, 8)).toEqual([range(0, 30), range(40, 5)]);
    expect(merge(ranges, 18)).toEqual([range(0, 45)]);
  });

  it('of equal gaps joins all or none', () => {
    const ranges = [range(0, 1), range(3, 1), range(6, 1), range(9, 1)];
    expect(merge(ranges, 5)).toEqual(ranges);
    expect(merge(ranges, 6)).toEqual([range(0, 10)]);
  });

  it('lets no read grow too long', () => {
    expect(merge([range(0, 60), range(60, 60), range(120, 60)], 0, 120)).toEqual([range(0, 120), range(120, 60)]);
  });

  it('covers every range whole, wastes no more than it may, and reads no byte twice', () => {
    const any = fc.record({ offset: fc.nat(400), length: fc.nat(40) });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 20 }),
        fc.nat(100),
        fc.integer({ min: 1, max: 200 }),
        (ranges, wasteBytes, maxReadBytes) => {
          const reads = merge(ranges, wasteBytes, maxReadBytes);
          for (const { offset, length } of ranges.filter((each) => each.length > 0)) {
            expect(reads.some((read) => read.offset <= offset && offset + length <= read.offset + read.length)).toBe(
              true,
            );
          }
          const total = reads.reduce((sum, { length }) => sum + length, 0);
          expect(covered(reads)).toBe(total);
          expect(total).toBeLessThanOrEqual(covered(ranges) + wasteBytes);
        },
      ),
    );
  });
});
