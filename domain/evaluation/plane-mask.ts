import { roundHalfUp, type Size } from '../geometry.ts';
import type { BinaryImage } from '../image.ts';

/** um/px of the plane on which prediction and annotation are compared. */
export const EVALUATION_PLANE_MPP = 1;

/** A mask on the evaluation plane, however it is stored, seen row by row from the top. */
export interface PlaneMask {
  /** Of the plane. */
  readonly size: Size;
  /** Each row in turn, 0 or 1 a pixel. A row is good until the next is asked for. */
  rows(signal?: AbortSignal): AsyncGenerator<Uint8Array>;
}

/**
 * Which pixel of a stored mask lies under the centre of each pixel of the plane, along one axis; both are stretched over the slide:
 * `floor((i + 0.5) * stored / plane)`. Where a centre lies on the border of two pixels it is the right or lower one.
 * @example nearestPixels(2, 8) // [0, 0, 0, 0, 1, 1, 1, 1]: 4 um/px seen at 1 um/px
 * @example nearestPixels(8, 2) // [2, 6]: 0.25 um/px seen at 1 um/px
 */
export const nearestPixels = (storedPx: number, planePx: number): Uint32Array =>
  // In whole numbers, so that no centre falls to the wrong side of a border.
  Uint32Array.from({ length: planePx }, (_, i) =>
    Math.min(storedPx - 1, Math.floor(((2 * i + 1) * storedPx) / (2 * planePx))),
  );

/** The slide at 1 um/px in whole pixels, at least one: over these it is stretched. */
export const evaluationPlane = ({ widthPx, heightPx }: Size, mpp: number): Size => ({
  widthPx: Math.max(1, roundHalfUp((widthPx * mpp) / EVALUATION_PLANE_MPP)),
  heightPx: Math.max(1, roundHalfUp((heightPx * mpp) / EVALUATION_PLANE_MPP)),
});

/** A mask that is small enough to hold, on a plane. */
export function imageOnPlane(image: BinaryImage, size: Size): PlaneMask {
  const columns = nearestPixels(image.widthPx, size.widthPx);
  const lines = nearestPixels(image.heightPx, size.heightPx);
  return {
    size,
    async *rows(signal) {
      const row = new Uint8Array(size.widthPx);
      let shown = -1;
      for (const line of lines) {
        signal?.throwIfAborted();
        if (line !== shown) {
          const from = line * image.widthPx;
          for (let x = 0; x < row.length; x++) row[x] = image.data[from + columns[x]!]!;
          shown = line;
        }
        yield row;
      }
    },
  };
}
