import { EVALUATION_PLANE_MPP } from './plane-mask.ts';
import type { DistanceCounts } from './surface-distances.ts';

const PERCENTILE = 0.95;

/** The 95th percentile of the distances between two surfaces, in um, in both definitions that are in use. */
export interface Hausdorff95 {
  /** The larger of the two directions' 95th percentiles: the definition of MONAI and Metrics Reloaded (Nature Methods 21, 2024). */
  readonly hd95Um: number;
  /** The 95th percentile of both directions' distances thrown together: MedPy, and nnU-Net 1 by it. */
  readonly hd95PooledUm: number;
}

/**
 * HD95 of two masks from the distances of each one's surface to the other's. Undefined where one of them has no surface.
 * A pixel of the plane counts as 1 um to both sides, which is off by half a pixel over the whole slide at most.
 */
export function hausdorff95(forth: DistanceCounts, back: DistanceCounts): Hausdorff95 | undefined {
  if (forth.size === 0 || back.size === 0) return undefined;
  const um = (px: number): number => px * EVALUATION_PLANE_MPP;
  return {
    hd95Um: um(Math.max(percentile([forth]), percentile([back]))),
    hd95PooledUm: um(percentile([forth, back])),
  };
}

/** NumPy's percentile: of n sorted distances that at place `0.95 (n - 1)`, between two places in proportion. */
function percentile(all: readonly DistanceCounts[]): number {
  const merged = new Map<number, number>();
  for (const counts of all)
    for (const [squared, count] of counts) merged.set(squared, (merged.get(squared) ?? 0) + count);
  const sorted = [...merged].toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const place = PERCENTILE * (total - 1);
  const low = distanceAt(sorted, Math.floor(place));
  const high = distanceAt(sorted, Math.ceil(place));
  return low + (high - low) * (place - Math.floor(place));
}

/** @param sorted squared distances and their counts, ascending @param place from 0 */
function distanceAt(sorted: readonly (readonly [squared: number, count: number])[], place: number): number {
  let before = 0;
  for (const [squared, count] of sorted) {
    before += count;
    if (before > place) return Math.sqrt(squared);
  }
  throw new RangeError(`there is no distance ${place} among ${before}`);
}
