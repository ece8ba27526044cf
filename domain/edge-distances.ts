import type { BinaryImage } from './image.ts';

/**
 * Of each pixel the distance in pixels, from centre to centre, to the nearest of the other kind; Infinity where that is further than `reachPx`.
 * The time goes with the length of the edges, since the nearest pixel of the other kind always has a neighbour of one's own.
 */
export function edgeDistances(mask: BinaryImage, reachPx: number): Float32Array {
  const { widthPx, heightPx, data } = mask;
  const distances = new Float32Array(widthPx * heightPx).fill(Infinity);
  const steps = stepsWithin(reachPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (!isEdge(mask, x, y)) continue;
      const own = data[y * widthPx + x];
      for (const { dx, dy, distance } of steps) {
        const [column, row] = [x + dx, y + dy];
        if (column < 0 || column >= widthPx || row < 0 || row >= heightPx) continue;
        const at = row * widthPx + column;
        if (data[at] !== own && distance < distances[at]!) distances[at] = distance;
      }
    }
  }
  return distances;
}

interface Step {
  readonly dx: number;
  readonly dy: number;
  readonly distance: number;
}

function stepsWithin(reachPx: number): Step[] {
  const most = Math.floor(reachPx);
  const side = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  return side
    .flatMap((dy) => side.map((dx) => ({ dx, dy, distance: Math.hypot(dx, dy) })))
    .filter(({ distance }) => distance > 0 && distance <= reachPx);
}

function isEdge({ widthPx, heightPx, data }: BinaryImage, x: number, y: number): boolean {
  const at = y * widthPx + x;
  const own = data[at];
  return (
    (x > 0 && data[at - 1] !== own) ||
    (x + 1 < widthPx && data[at + 1] !== own) ||
    (y > 0 && data[at - widthPx] !== own) ||
    (y + 1 < heightPx && data[at + widthPx] !== own)
  );
}
