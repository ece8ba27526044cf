/**
 * How one axis is shrunk (or stretched) by area: output pixel `i` of `targetPx` covers the source pixels from `i * sourcePx / targetPx`
 * up to `(i + 1) * sourcePx / targetPx`. All weights are whole numbers, so that sums are exact in any order: in units of which a source
 * pixel has `full` and an output pixel `total`, it covers `heads[i]` of pixel `firsts[i]`, all of those between, and `tails[i]` of
 * pixel `lasts[i]` (0 where that is the first).
 * @example areaAxis(3, 2) // full 2, total 3: pixel 0 = 2 of source 0 and 1 of source 1
 */
export interface AreaAxis {
  readonly full: number;
  readonly total: number;
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  readonly heads: Float64Array;
  readonly tails: Float64Array;
}

export function areaAxis(sourcePx: number, targetPx: number): AreaAxis {
  const divisor = greatestCommonDivisor(sourcePx, targetPx);
  const full = targetPx / divisor;
  const total = sourcePx / divisor;
  const axis: AreaAxis = {
    full,
    total,
    firsts: new Int32Array(targetPx),
    lasts: new Int32Array(targetPx),
    heads: new Float64Array(targetPx),
    tails: new Float64Array(targetPx),
  };
  for (let i = 0; i < targetPx; i += 1) {
    const first = Math.floor((i * total) / full);
    const last = Math.ceil(((i + 1) * total) / full) - 1;
    axis.firsts[i] = first;
    axis.lasts[i] = last;
    axis.heads[i] = first === last ? total : (first + 1) * full - i * total;
    axis.tails[i] = first === last ? 0 : (i + 1) * total - last * full;
  }
  return axis;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
