import { areaAverage } from '../../domain/area-average.ts';
import type { Rect } from '../../domain/geometry.ts';
import type { RgbImage } from '../../domain/image.ts';
import type { Scratch } from './scratch.ts';

export interface PatchCut {
  /** Where the picture lies on its level. */
  readonly at: Pick<Rect, 'x' | 'y'>;
  readonly cells: readonly (readonly [column: number, row: number])[];
  readonly cellPx: number;
  readonly patchPx: number;
}

/** Writes cells of a decoded region as patches, one after the other: cellPx pixels averaged down to patchPx, RGB interleaved. */
export function cutPatches(image: RgbImage, { at, cells, cellPx, patchPx }: PatchCut, scratch: Scratch): Uint8Array {
  const patchBytes = patchPx * patchPx * 3;
  const patches = scratch.take(cells.length * patchBytes);
  for (const [i, [column, row]] of cells.entries()) {
    const rect = { x: column * cellPx - at.x, y: row * cellPx - at.y, widthPx: cellPx, heightPx: cellPx };
    const out = patches.subarray(i * patchBytes, (i + 1) * patchBytes);
    areaAverage(image, rect, { widthPx: patchPx, heightPx: patchPx }, out);
  }
  return patches;
}
