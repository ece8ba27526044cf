import type { BinaryImage } from './image.ts';

/** Size of a pixel in um; the two may differ a little where a plane is stretched over a slide. */
export interface PixelUm {
  readonly x: number;
  readonly y: number;
}

/**
 * Marks the pixels whose centre lies within `radiusUm` of the centre of a pixel of value `to`: exact for a Euclidean disc, in linear time and
 * a byte a pixel. Beyond the border there is nothing.
 */
export function withinRadius(image: BinaryImage, to: 0 | 1, radiusUm: number, pixelUm: PixelUm): Uint8Array {
  const { widthPx, heightPx } = image;
  const reachPx = discReach(radiusUm, pixelUm);
  const rowsAway = rowsToNearest(image, to, reachPx.length);
  const within = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) sweepRow(rowsAway, within, { from: y * widthPx, widthPx, reachPx });
  return within;
}

/** How far the disc reaches to either side, so many rows away from its centre. */
function discReach(radiusUm: number, { x, y }: PixelUm): number[] {
  const rows = Math.floor(radiusUm / y);
  return Array.from({ length: rows + 1 }, (_, away) =>
    Math.floor(Math.sqrt(Math.max(0, radiusUm ** 2 - (away * y) ** 2)) / x),
  );
}

/** For each pixel the rows to the nearest pixel of value `to` in its column, `tooFar` where it is as far as that or further. */
function rowsToNearest({ widthPx, data }: BinaryImage, to: 0 | 1, tooFar: number): Uint16Array {
  const away = new Uint16Array(data.length);
  for (let i = 0; i < away.length; i++) {
    const above = i >= widthPx ? away[i - widthPx]! : tooFar;
    away[i] = data[i] === to ? 0 : Math.min(tooFar, above + 1);
  }
  for (let i = away.length - widthPx - 1; i >= 0; i--) {
    const below = away[i + widthPx]! + 1;
    if (below < away[i]!) away[i] = below;
  }
  return away;
}

interface Row {
  readonly from: number;
  readonly widthPx: number;
  readonly reachPx: readonly number[];
}

/** A pixel is within the disc of one to its left if the furthest reach so far gets to it; likewise from the right. */
function sweepRow(rowsAway: Uint16Array, within: Uint8Array, { from, widthPx, reachPx }: Row): void {
  let reached = -1;
  for (let x = 0; x < widthPx; x++) {
    const away = rowsAway[from + x]!;
    if (away < reachPx.length) reached = Math.max(reached, x + reachPx[away]!);
    if (x <= reached) within[from + x] = 1;
  }
  reached = widthPx;
  for (let x = widthPx - 1; x >= 0; x--) {
    const away = rowsAway[from + x]!;
    if (away < reachPx.length) reached = Math.min(reached, x - reachPx[away]!);
    if (x >= reached) within[from + x] = 1;
  }
}
