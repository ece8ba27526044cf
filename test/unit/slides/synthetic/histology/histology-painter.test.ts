import { describe, expect, it } from 'vitest';
import { blurHaloPx } from '../../../../../slides/synthetic/histology/defocus.ts';
import { HistologyPainter } from '../../../../../slides/synthetic/histology/histology-painter.ts';
import { gradeOf, planHistology } from '../../../../../slides/synthetic/histology/plan-histology.ts';
import type { SlideFacts } from '../../../../../slides/synthetic/synthetic-layout.ts';

const SLIDE: SlideFacts = { widthPx: 900, heightPx: 700, mpp: 1, seed: 3 };

function paintIn(facts: SlideFacts, ...heights: number[]): Buffer {
  const painter = new HistologyPainter(facts);
  let top = 0;
  const strips = heights.map((rows) => {
    const strip = { data: new Uint8Array(facts.widthPx * rows * 3), widthPx: facts.widthPx, top, rows };
    top += rows;
    painter.paintStrip(strip);
    return strip.data;
  });
  return Buffer.concat(strips);
}

const truthOf = (facts: SlideFacts, plane: { widthPx: number; heightPx: number }): Uint8Array =>
  new HistologyPainter(facts).truthRows(plane, { top: 0, rows: plane.heightPx });

/** The first seed whose slide has what is looked for, so that a test of it tests something. */
function seedWith(kind: 'blurs' | 'folds' | 'pens'): number {
  const { widthPx: widthUm, heightPx: heightUm } = SLIDE;
  for (let seed = 0; seed < 200; seed++) {
    if (planHistology({ widthUm, heightUm, seed }).artefacts[kind].length > 0) return seed;
  }
  throw new Error(`no seed has ${kind}`);
}

describe('HistologyPainter', () => {
  it.each(['blurs', 'folds', 'pens'] as const)('paints the same wherever it is cut, with %s', (kind) => {
    const facts = { ...SLIDE, seed: seedWith(kind) };
    const whole = paintIn(facts, 700);
    expect(paintIn(facts, 256, 256, 188).equals(whole)).toBe(true);
    expect(paintIn(facts, 1, 240, 459).equals(whole)).toBe(true);
  });

  it('needs rows beside a strip only where something out of focus crosses it', () => {
    const { blurs } = planHistology({ widthUm: 900, heightUm: 700, seed: seedWith('blurs') }).artefacts;
    const [{ area, blurUm } = { area: undefined, blurUm: 0 }] = blurs;
    const middle = { top: Math.floor(area?.y ?? 0), rows: 1, mpp: 1 };
    expect(blurHaloPx(blurs.slice(0, 1), middle)).toBe(2 * Math.round(blurUm));
    expect(blurHaloPx(blurs, { ...middle, top: 100_000 })).toBe(0);
  });

  it('shows the same specimen at another scale', () => {
    const plane = { widthPx: 450, heightPx: 350 };
    const fine = { ...SLIDE, widthPx: 1_800, heightPx: 1_400, mpp: 0.5 };
    expect(truthOf(fine, plane)).toEqual(truthOf(SLIDE, plane));
    const coarse = meanOf(paintIn(SLIDE, 700), 900, 20);
    const detailed = meanOf(paintIn(fine, 1_400), 1_800, 40);
    const differences = coarse.map((value, index) => Math.abs(value - (detailed[index] ?? 0)));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(4);
  });

  it('gives the same truth in one piece and in rows, and agrees with it from plane to plane', () => {
    const plane = { widthPx: 900, heightPx: 700 };
    const whole = truthOf(SLIDE, plane);
    const painter = new HistologyPainter(SLIDE);
    const parts = [painter.truthRows(plane, { top: 0, rows: 300 }), painter.truthRows(plane, { top: 300, rows: 400 })];
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it('has a tumour on every slide, darker than the slide, and never the whole of it', () => {
    for (const seed of [1, 2, 5, 8]) {
      const facts = { ...SLIDE, seed };
      const truth = truthOf(facts, { widthPx: 900, heightPx: 700 });
      const picture = paintIn(facts, 700);
      const share = truth.reduce((sum, value) => sum + value, 0) / truth.length;
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.6);
      const red = (inside: number): number => {
        const places = Array.from(truth.keys()).filter((index) => truth[index] === inside);
        return places.reduce((sum, index) => sum + (picture[index * 3] ?? 0), 0) / places.length;
      };
      expect(red(1)).toBeLessThan(red(0) - 10);
    }
  });

  it('paints nothing truly black, which would count as no tissue', () => {
    expect(
      paintIn({ ...SLIDE, seed: seedWith('pens') }, 700).reduce((least, value) => Math.min(least, value)),
    ).toBeGreaterThan(4);
  });

  it('draws all grades', () => {
    expect(new Set(Array.from({ length: 30 }, (_, seed) => gradeOf(seed)))).toEqual(new Set([1, 2, 3]));
  });

  it('paints what is smaller than anything in it', () => {
    expect(paintIn({ widthPx: 3, heightPx: 2, mpp: 0.25, seed: 1 }, 2)).toHaveLength(18);
  });
});

/** Means of red over squares of `side` pixels. */
function meanOf(picture: Buffer, widthPx: number, side: number): number[] {
  const columns = widthPx / side;
  const sums = Array.from({ length: (picture.length / 3 / widthPx / side) * columns }, () => 0);
  for (let index = 0; index < picture.length / 3; index++) {
    const column = Math.floor((index % widthPx) / side);
    const row = Math.floor(Math.floor(index / widthPx) / side);
    sums[row * columns + column]! += (picture[index * 3] ?? 0) / side ** 2;
  }
  return sums;
}
