import { fatness, type Specimen, tissueDepthUm, tumourDepthUm } from './plan-specimen.ts';
import { hashSigned, hashUnit } from './random.ts';
import type { Colour, Stain } from './stain.ts';

/** One thing to stamp: an ellipse in um with its colour. */
export interface Stamp {
  readonly x: number;
  readonly y: number;
  readonly radiusUm: number;
  /** Long axis over short axis. */
  readonly stretch: number;
  readonly angle: number;
  readonly colour: Colour;
  /** 0 to 1: how much the inside is marbled. */
  readonly marbled: number;
}

/** A kind of cell, strewn over a shaken lattice: at most one in each square of `spacingUm`. */
interface CellKind {
  readonly spacingUm: number;
  readonly chance: number;
  lives(specimen: Specimen, x: number, y: number): boolean;
  stamp(stain: Stain, place: { x: number; y: number }, random: (index: number) => number): Stamp;
}

export type CellKindName = 'fat' | 'benign' | 'tumour';

const tinted = (colour: Colour, by: number): Colour => [colour[0] + by, colour[1] + by, colour[2] + by * 0.8];

const CELL_KINDS: Record<CellKindName, CellKind> = {
  fat: {
    spacingUm: 54,
    chance: 0.94,
    lives: (specimen, x, y) => fatness(specimen, x, y) > 0,
    stamp: (stain, place, random) => ({
      ...place,
      radiusUm: 19 + 8 * random(1),
      stretch: 1 + 0.25 * random(2),
      angle: random(3) * Math.PI,
      colour: stain.fat,
      marbled: 0,
    }),
  },
  benign: {
    spacingUm: 22,
    chance: 0.45,
    lives: (specimen, x, y) =>
      tissueDepthUm(specimen, x, y) > 6 && tumourDepthUm(specimen, x, y) <= 0 && fatness(specimen, x, y) < -0.05,
    stamp: (stain, place, random) => ({
      ...place,
      radiusUm: 2 + 0.9 * random(1),
      stretch: 1.1 + 1.4 * random(2),
      angle: (random(3) - 0.5) * 1.2,
      colour: tinted(stain.benignNucleus, 24 * (random(4) - 0.5)),
      marbled: 0.4,
    }),
  },
  tumour: {
    spacingUm: 11,
    chance: 0.93,
    lives: (specimen, x, y) => tumourDepthUm(specimen, x, y) > 0,
    stamp: (stain, place, random) => ({
      ...place,
      radiusUm: 3.7 + 1.5 * random(1),
      stretch: 1 + 0.5 * random(2),
      angle: random(3) * Math.PI,
      colour: tinted(stain.tumourNucleus, 30 * (random(4) - 0.5)),
      marbled: 1,
    }),
  },
};

/** No stamp reaches further than this from its centre. */
export const MAX_REACH_UM = 42;

/** The cells of a kind whose centres lie in the rows from `fromUm` up to `toUm`, always in the same order. */
export function* scatterCells(
  name: CellKindName,
  specimen: Specimen,
  stain: Stain,
  area: { widthUm: number; fromUm: number; toUm: number },
): Generator<Stamp> {
  const kind = CELL_KINDS[name];
  const seed = specimen.seed + Math.round(kind.spacingUm * 1_000);
  for (
    let row = Math.floor(area.fromUm / kind.spacingUm) - 1;
    row * kind.spacingUm < area.toUm + kind.spacingUm;
    row++
  ) {
    for (let column = -1; column * kind.spacingUm < area.widthUm + kind.spacingUm; column++) {
      if (hashUnit(seed, column, row) >= kind.chance) continue;
      const x = (column + 0.5 + 0.36 * hashSigned(seed + 1, column, row)) * kind.spacingUm;
      const y = (row + 0.5 + 0.36 * hashSigned(seed + 2, column, row)) * kind.spacingUm;
      if (y < area.fromUm || y >= area.toUm || !kind.lives(specimen, x, y)) continue;
      yield kind.stamp(stain, { x, y }, (index) => hashUnit(seed + 2 + index, column, row));
    }
  }
}
