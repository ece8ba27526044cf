/**
 * Otsu's threshold (IEEE Trans. SMC 9, 1979) of a histogram: the value `t` for which "up to t" and "over t" differ most.
 * A histogram with one value only has no two classes: its threshold is that value, so that nothing lies over it.
 */
export function otsuThreshold(histogram: ArrayLike<number>): number {
  const bins = Array.from(histogram);
  const total = bins.reduce((sum, count) => sum + count, 0);
  const weighted = bins.reduce((sum, count, value) => sum + count * value, 0);
  let best = { threshold: bins.findLastIndex((count) => count > 0), variance: 0 };
  let below = 0;
  let belowWeighted = 0;
  for (const [threshold, count] of bins.entries()) {
    below += count;
    belowWeighted += count * threshold;
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const difference = belowWeighted / below - (weighted - belowWeighted) / above;
    const variance = below * above * difference * difference;
    if (variance > best.variance) best = { threshold, variance };
  }
  return best.threshold;
}
