import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryImage } from '../../../domain/image.ts';
import { polygonArea, type Polygon, scaleOutlines, signedArea, traceOutlines } from '../../../domain/outlines.ts';
import type { Ring } from '../../../domain/trace-pixel-rings.ts';

const draw = (...rows: string[]): BinaryImage => ({
  widthPx: rows[0]?.length ?? 0,
  heightPx: rows.length,
  data: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0)),
});

const masks = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
  .chain(([widthPx, heightPx]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: widthPx * heightPx, maxLength: widthPx * heightPx })
      .map((values): BinaryImage => ({ widthPx, heightPx, data: Uint8Array.from(values) })),
  );

/** Even-odd rule at a pixel's centre. */
const holds = (ring: Ring, x: number, y: number): boolean =>
  ring.reduce((inside, a, index) => {
    const b = ring[(index + 1) % ring.length] ?? a;
    return a.x === b.x && a.x > x && Math.min(a.y, b.y) < y && y < Math.max(a.y, b.y) ? !inside : inside;
  }, false);

const covers = ({ exterior, holes }: Polygon, x: number, y: number): boolean =>
  holds(exterior, x, y) && !holes.some((hole) => holds(hole, x, y));

/** By flooding, independently of the runs. */
function countAreas({ widthPx, data }: BinaryImage): number {
  const left = Uint8Array.from(data);
  let areas = 0;
  const flood = (start: number): void => {
    const stack = [start];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (left[at] !== 1) continue;
      left[at] = 0;
      stack.push(at - widthPx, at + widthPx);
      if (at % widthPx > 0) stack.push(at - 1);
      if (at % widthPx < widthPx - 1) stack.push(at + 1);
    }
  };
  left.forEach((value, index) => {
    if (value === 1 && left[index] === 1) {
      areas++;
      flood(index);
    }
  });
  return areas;
}

describe('traceOutlines', () => {
  it('gives one pixel its four corners, counterclockwise as bare numbers', () => {
    expect(traceOutlines(draw('...', '.#.'))).toEqual([
      {
        exterior: [
          { x: 1, y: 1 },
          { x: 2, y: 1 },
          { x: 2, y: 2 },
          { x: 1, y: 2 },
        ],
        holes: [],
      },
    ]);
  });

  it('drops what lies on a straight line and runs along the border', () => {
    const [polygon] = traceOutlines(draw('####', '####', '####'));
    expect(polygon?.exterior).toHaveLength(4);
    expect(polygonArea(polygon ?? { exterior: [], holes: [] })).toBe(12);
  });

  it('makes an island in a hole a polygon of its own', () => {
    const outlines = traceOutlines(draw('#####', '#...#', '#.#.#', '#...#', '#####'));
    expect(outlines.map(polygonArea)).toEqual([16, 1]);
    expect(outlines.map(({ holes }) => holes.map(signedArea))).toEqual([[-9], []]);
  });

  it('parts areas that touch only at a corner', () => {
    expect(traceOutlines(draw('#.', '.#'))).toHaveLength(2);
  });

  it('cuts a hole that touches the outside at a corner off as a hole', () => {
    const [polygon, ...others] = traceOutlines(draw('.##', '#.#', '###'));
    expect(others).toEqual([]);
    expect(signedArea(polygon?.exterior ?? [])).toBe(8);
    expect(polygon?.holes.map(signedArea)).toEqual([-1]);
  });

  it('keeps two holes that touch at a corner apart', () => {
    const [polygon] = traceOutlines(draw('####', '#.##', '##.#', '####'));
    expect(polygon?.holes.map(signedArea)).toEqual([-1, -1]);
  });

  it('finds nothing in an empty mask', () => {
    expect(traceOutlines(draw('...', '...'))).toEqual([]);
  });

  it('covers exactly the mask, one polygon an area, whatever the mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const outlines = traceOutlines(mask);
        expect(outlines).toHaveLength(countAreas(mask));
        const pixels = mask.data.reduce((sum, value) => sum + value, 0);
        expect(outlines.reduce((sum, polygon) => sum + polygonArea(polygon), 0)).toBe(pixels);
        const drawn = mask.data.map((_, index) => {
          const x = (index % mask.widthPx) + 0.5;
          const y = Math.floor(index / mask.widthPx) + 0.5;
          return outlines.filter((polygon) => covers(polygon, x, y)).length;
        });
        expect(drawn).toEqual(mask.data);
      }),
      { numRuns: 300 },
    );
  });

  it('gives simple rings with a right angle at every corner', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        for (const { exterior, holes } of traceOutlines(mask)) {
          expect(signedArea(exterior)).toBeGreaterThan(0);
          for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0);
          for (const ring of [exterior, ...holes]) {
            expect(new Set(ring.map(({ x, y }) => `${x},${y}`)).size).toBe(ring.length);
            ring.forEach((point, index) => {
              const before = ring.at(index - 1) ?? point;
              const after = ring[(index + 1) % ring.length] ?? point;
              expect([before.x === point.x, after.x === point.x].filter(Boolean)).toHaveLength(1);
            });
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('traces a checkerboard of a million pixels, the worst case, in linear time', () => {
    const widthPx = 1000;
    const data = Uint8Array.from(
      { length: widthPx * widthPx },
      (_, i) => ((i % widthPx) + Math.floor(i / widthPx)) % 2,
    );
    expect(traceOutlines({ widthPx, heightPx: widthPx, data })).toHaveLength(500_000);
  });
});

describe('scaleOutlines', () => {
  it('stretches the plane over the slide, each way by itself', () => {
    const outlines = traceOutlines(draw('#.', '..'));
    const [polygon] = scaleOutlines(outlines, {
      from: { widthPx: 2, heightPx: 2 },
      to: { widthPx: 2220, heightPx: 2967 },
    });
    expect(polygon?.exterior[2]).toEqual({ x: 1110, y: 1483.5 });
  });
});
