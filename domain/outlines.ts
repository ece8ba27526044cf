import type { Size } from './geometry.ts';
import type { BinaryImage } from './image.ts';
import { tracePixelRings, type Ring } from './trace-pixel-rings.ts';

/** An area with its holes. The exterior's `signedArea` is positive, a hole's negative, as RFC 7946 asks of the bare numbers. */
export interface Polygon {
  readonly exterior: Ring;
  readonly holes: readonly Ring[];
}

/** Shoelace area in square units of the ring; above zero for an exterior. */
export function signedArea(ring: Ring): number {
  let doubled = 0;
  let before = ring.at(-1);
  for (const point of ring) {
    if (before !== undefined) doubled += before.x * point.y - point.x * before.y;
    before = point;
  }
  return doubled / 2;
}

/** Area without the holes, in square units of the polygon. */
export const polygonArea = ({ exterior, holes }: Polygon): number =>
  holes.reduce((area, hole) => area + signedArea(hole), signedArea(exterior));

/**
 * The outlines of a mask along its pixel edges, in mask pixels: pixel (x, y) covers x to x + 1 and y to y + 1.
 * One polygon for each 4-connected area; areas that only touch at a corner are two, since a polygon whose inside hangs together by a
 * point is invalid for JTS, with which QuPath reads. Every ring is simple for the same reason. An island in a hole is a polygon of
 * its own. The areas add up to the number of pixels exactly. Polygons come in reading order of their first pixel; time is linear.
 */
export function traceOutlines(mask: BinaryImage): Polygon[] {
  const exteriors = new Map<number, { exterior: Ring; holes: Ring[] }>();
  const holes: { area: number; ring: Ring }[] = [];
  for (const { area, ring } of tracePixelRings(mask)) {
    if (signedArea(ring) > 0) exteriors.set(area, { exterior: ring, holes: [] });
    else holes.push({ area, ring });
  }
  for (const { area, ring } of holes) exteriors.get(area)?.holes.push(ring);
  return [...exteriors.values()];
}

/** Outlines of a plane of `from` pixels as outlines of the same field in `to` pixels: the plane is stretched over the slide. */
export function scaleOutlines(outlines: readonly Polygon[], { from, to }: { from: Size; to: Size }): Polygon[] {
  const scaleRing = (ring: Ring): Ring =>
    ring.map(({ x, y }) => ({ x: (x * to.widthPx) / from.widthPx, y: (y * to.heightPx) / from.heightPx }));
  return outlines.map(({ exterior, holes }) => ({ exterior: scaleRing(exterior), holes: holes.map(scaleRing) }));
}
