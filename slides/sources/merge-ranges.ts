import type { ByteRange } from '../../domain/byte-source.ts';

const endOf = ({ offset, length }: ByteRange): number => offset + length;

/**
 * Few reads that cover all ranges: what touches or overlaps is joined, and of the gaps the smallest are read too, as long as all of
 * them together stay within `wasteBytes`. No read grows beyond `maxReadBytes` by joining.
 * @example mergeRanges([{ offset: 0, length: 10 }, { offset: 12, length: 8 }], { wasteBytes: 2, maxReadBytes: 100 }) // [{ offset: 0, length: 20 }]
 */
export function mergeRanges(
  ranges: readonly ByteRange[],
  { wasteBytes, maxReadBytes }: { wasteBytes: number; maxReadBytes: number },
): ByteRange[] {
  const runs = joinWithin(ranges, { gapBytes: 0, maxReadBytes });
  return joinWithin(runs, { gapBytes: largestGap(runs, wasteBytes), maxReadBytes });
}

function joinWithin(
  ranges: readonly ByteRange[],
  { gapBytes, maxReadBytes }: { gapBytes: number; maxReadBytes: number },
): ByteRange[] {
  const joined: ByteRange[] = [];
  for (const range of ranges.filter(({ length }) => length > 0).toSorted((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    const end = last && Math.max(endOf(last), endOf(range));
    const overlaps = last && range.offset < endOf(last);
    const near = last && end && range.offset - endOf(last) <= gapBytes && end - last.offset <= maxReadBytes;
    if (last && end && (overlaps || near))
      joined[joined.length - 1] = { offset: last.offset, length: end - last.offset };
    else joined.push(range);
  }
  return joined;
}

/** The widest gap such that it and all gaps as small fit into the waste allowed. */
function largestGap(runs: readonly ByteRange[], wasteBytes: number): number {
  const gaps = runs.slice(1).map((run, i) => run.offset - endOf(runs[i] ?? run));
  let widest = 0;
  let sum = 0;
  for (const gap of gaps.toSorted((a, b) => a - b)) {
    sum += gap;
    if (sum > wasteBytes) break;
    widest = gap;
  }
  // Of several gaps of one width perhaps not all fit; then none of them is read.
  const cost = gaps.reduce((total, gap) => total + (gap <= widest ? gap : 0), 0);
  return cost <= wasteBytes ? widest : Math.max(0, ...gaps.filter((gap) => gap < widest));
}
