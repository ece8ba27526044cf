import type { BinaryImage } from './image.ts';
import { labelRuns } from './label-runs.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners in order; the last is joined to the first, which is not repeated. */
export type Ring = readonly Point[];

/** Directions of travel, the mask always at the right hand as seen on a screen (y points down). */
const STEP_X = [0, 1, 0, -1] as const;
const STEP_Y = [-1, 0, 1, 0] as const;
const UP = 0;
/** From a corner, the pixel ahead at the right hand for each direction; the one at the left hand is that of the direction before. */
const AHEAD_X = [0, 0, -1, -1] as const;
const AHEAD_Y = [-1, 0, 0, -1] as const;

type Direction = 0 | 1 | 2 | 3;
const turn = (direction: Direction, quarters: 1 | 3): Direction => ((direction + quarters) % 4) as Direction;

/**
 * All boundary rings of a mask, each with the id of the 4-connected area it bounds. Every ring has a left edge of some run of pixels, so
 * following each such edge once finds them all.
 */
export function* tracePixelRings(mask: BinaryImage): Generator<{ area: number; ring: Ring }> {
  const { starts, rowStart, area } = labelRuns(mask);
  const followed = new Uint8Array(mask.widthPx * mask.heightPx);
  for (let y = 0; y < mask.heightPx; y++) {
    for (let run = rowStart[y] ?? 0; run < (rowStart[y + 1] ?? 0); run++) {
      const x = starts[run] ?? 0;
      if (followed[y * mask.widthPx + x] === 1) continue;
      for (const ring of followBoundary(mask, followed, { x, y })) yield { area: area[run] ?? 0, ring };
    }
  }
}

/**
 * Walks the boundary that begins with the left edge of pixel `first`, upwards, keeping to its pixel where two touch at a corner. Where the
 * walk comes to a corner a second time, what lies between is cut off as a ring of its own: so all rings are simple.
 */
function followBoundary(mask: BinaryImage, followed: Uint8Array, first: Point): Ring[] {
  const { widthPx, heightPx, data } = mask;
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < widthPx && y < heightPx && data[y * widthPx + x] === 1;
  const rings: Ring[] = [];
  const corners: Point[] = [];
  const touching = new Map<number, number>();
  let { x, y } = first;
  let direction: Direction = UP;
  do {
    const right = isSet(x + AHEAD_X[direction], y + AHEAD_Y[direction]);
    const before = turn(direction, 3);
    const left = isSet(x + AHEAD_X[before], y + AHEAD_Y[before]);
    if (!right || left) {
      const loop = !right && left ? cutLoop(corners, touching, y * (widthPx + 1) + x) : undefined;
      if (loop === undefined) corners.push({ x, y });
      else rings.push(loop);
      direction = right ? before : turn(direction, 1);
    }
    if (direction === UP) followed[(y - 1) * widthPx + x] = 1;
    x += STEP_X[direction];
    y += STEP_Y[direction];
  } while (direction !== UP || x !== first.x || y !== first.y);
  rings.push(corners);
  return rings;
}

/** Takes the loop since the last visit of this corner off the path, or notes the first visit. */
function cutLoop(corners: Point[], touching: Map<number, number>, corner: number): Point[] | undefined {
  const since = touching.get(corner);
  if (since !== undefined) {
    const loop = corners.splice(since + 1);
    const touch = corners[since];
    return touch === undefined ? loop : [touch, ...loop];
  }
  touching.set(corner, corners.length);
  return undefined;
}
