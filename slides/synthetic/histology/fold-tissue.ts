import { smoothNoise } from '../random.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import { type Band, bandDepthUm, type Box } from './shapes.ts';
import { visitShape } from './visit-shape.ts';

const EDGE_UM = 4;
/** Two layers of tissue lie over each other, and a third along the crease. */
const DOUBLE = 0.95;
const CREASE = 0.5;

/** Doubles the dye where the section lies in a fold; glass stays glass. */
export function foldTissue(canvas: DyeCanvas, folds: readonly Band[], seed: number): void {
  folds.forEach((fold, index) => {
    const depthAt = (x: number, y: number): number =>
      bandDepthUm(fold, x, y) + 9 * smoothNoise(seed + 90 + index, x / 60, y / 60);
    const box = widened(fold.box, 10);
    visitShape(canvas, { box, depthAt, fromDepthUm: -EDGE_UM, mpp: canvas.mpp }, (at, depth) => {
      const cover = Math.min(1, (depth + EDGE_UM) / (2 * EDGE_UM));
      const crease = Math.max(0, 1 - Math.abs(depth - 8) / 6);
      const thicker = 1 + cover * DOUBLE + crease * CREASE;
      canvas.haem[at] = Math.min(255, canvas.haem[at]! * thicker + canvas.eosin[at]! * 0.12 * cover);
      canvas.eosin[at] = Math.min(255, canvas.eosin[at]! * thicker);
    });
  });
}

export const widened = ({ left, top, right, bottom }: Box, by: number): Box => ({
  left: left - by,
  top: top - by,
  right: right + by,
  bottom: bottom + by,
});
