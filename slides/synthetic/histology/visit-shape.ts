import type { Box } from './shapes.ts';

/** Rows of a picture, whatever its pixels are. */
interface Rows {
  readonly widthPx: number;
  readonly top: number;
  readonly rows: number;
}

const BLOCK_PX = 16;

/**
 * Calls `visit` for the pixels of a shape that lie in some rows, with how deep they lie. A block of pixels that is clearly outside costs one
 * look, so a long thin shape costs little more than its own area.
 */
export function visitShape(
  { widthPx, top, rows }: Rows,
  {
    box,
    depthAt,
    fromDepthUm,
    mpp,
  }: { box: Box; depthAt: (x: number, y: number) => number; fromDepthUm: number; mpp: number },
  visit: (index: number, depth: number, x: number, y: number) => void,
): void {
  const first = { x: Math.max(0, Math.floor(box.left / mpp)), y: Math.max(top, Math.floor(box.top / mpp)) };
  const last = {
    x: Math.min(widthPx, Math.ceil(box.right / mpp)),
    y: Math.min(top + rows, Math.ceil(box.bottom / mpp)),
  };
  const blockUm = BLOCK_PX * mpp;
  for (let blockY = Math.floor(first.y / BLOCK_PX) * BLOCK_PX; blockY < last.y; blockY += BLOCK_PX) {
    for (let blockX = Math.floor(first.x / BLOCK_PX) * BLOCK_PX; blockX < last.x; blockX += BLOCK_PX) {
      // A wavy rim may be steeper than one in one.
      if (depthAt(blockX * mpp + blockUm / 2, blockY * mpp + blockUm / 2) < fromDepthUm - 1.5 * blockUm) continue;
      for (let y = Math.max(blockY, first.y); y < Math.min(blockY + BLOCK_PX, last.y); y++) {
        for (let x = Math.max(blockX, first.x); x < Math.min(blockX + BLOCK_PX, last.x); x++) {
          const atX = (x + 0.5) * mpp;
          const atY = (y + 0.5) * mpp;
          const depth = depthAt(atX, atY);
          if (depth > fromDepthUm) visit((y - top) * widthPx + x, depth, atX, atY);
        }
      }
    }
  }
}
