import type { Size } from '../geometry.ts';
import type { PlaneMask } from './plane-mask.ts';

/** A corner in level-0 pixels of the slide, y downwards; the upper left corner of the slide is (0, 0), so a pixel's centre is at a half. */
export type Corner = readonly [x: number, y: number];

/** Rings of one area: its outline and its holes, in any order and turning either way. The last corner is joined to the first. */
export type Area = readonly (readonly Corner[])[];

export interface AreasOnSlide {
  readonly areas: readonly Area[];
  /** Level 0 of the slide. */
  readonly slideSize: Size;
}

/** A side of a ring in pixels of the plane, from above to below. */
interface Side {
  readonly area: number;
  readonly x: number;
  readonly y: number;
  /** Pixels to the right for a pixel down. */
  readonly slope: number;
  /** Rows whose centre it crosses: from `top` to the one before `bottom`. */
  readonly top: number;
  readonly bottom: number;
}

/**
 * Areas as a mask: a pixel of the plane is set if its centre lies in any of them, on the left or upper edge included. Inside is where a ray
 * crosses an area's rings an odd number of times, as QuPath (Java's even-odd rule) and JTS have it; areas that overlap are their union.
 * What lies outside the slide is left out. Held are the sides and a row.
 */
export function rasteriseAreas({ areas, slideSize }: AreasOnSlide, size: Size): PlaneMask {
  const scale = { x: size.widthPx / slideSize.widthPx, y: size.heightPx / slideSize.heightPx };
  const sides = areas
    .flatMap((area, index) => area.flatMap((ring) => sidesOf(ring, { area: index, scale, heightPx: size.heightPx })))
    .sort((a, b) => a.top - b.top);
  return {
    size,
    async *rows(signal) {
      const row = new Uint8Array(size.widthPx);
      let active: Side[] = [];
      let next = 0;
      for (let y = 0; y < size.heightPx; y++) {
        signal?.throwIfAborted();
        active = active.filter(({ bottom }) => bottom > y);
        while (next < sides.length && sides[next]!.top <= y) {
          if (sides[next]!.bottom > y) active.push(sides[next]!);
          next += 1;
        }
        row.fill(0);
        for (const crossings of crossingsByArea(active, y)) fillBetween(crossings, row);
        yield row;
      }
    },
  };
}

interface OnPlane {
  readonly area: number;
  readonly scale: { readonly x: number; readonly y: number };
  readonly heightPx: number;
}

function sidesOf(ring: readonly Corner[], { area, scale, heightPx }: OnPlane): Side[] {
  const sides: Side[] = [];
  let before = ring.at(-1);
  for (const corner of ring) {
    if (before !== undefined) {
      const [high, low] = before[1] <= corner[1] ? [before, corner] : [corner, before];
      const top = Math.max(0, firstCentreFrom(high[1] * scale.y));
      const bottom = Math.min(heightPx, firstCentreFrom(low[1] * scale.y));
      if (top < bottom) {
        const slope = ((low[0] - high[0]) * scale.x) / ((low[1] - high[1]) * scale.y);
        sides.push({ area, x: high[0] * scale.x, y: high[1] * scale.y, slope, top, bottom });
      }
    }
    before = corner;
  }
  return sides;
}

/** The first pixel whose centre lies at `place` or beyond. */
const firstCentreFrom = (place: number): number => Math.ceil(place - 0.5);

function crossingsByArea(active: readonly Side[], y: number): Iterable<number[]> {
  const byArea = new Map<number, number[]>();
  for (const side of active) {
    const crossing = side.x + (y + 0.5 - side.y) * side.slope;
    const found = byArea.get(side.area);
    if (found === undefined) byArea.set(side.area, [crossing]);
    else found.push(crossing);
  }
  return byArea.values();
}

function fillBetween(crossings: number[], row: Uint8Array): void {
  crossings.sort((a, b) => a - b);
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const from = Math.max(0, firstCentreFrom(crossings[i]!));
    const until = Math.min(row.length, firstCentreFrom(crossings[i + 1]!));
    if (from < until) row.fill(1, from, until);
  }
}
