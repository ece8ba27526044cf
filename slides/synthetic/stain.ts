import { hashSigned } from './random.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** The colours of one staining, 0 to 255. */
export interface Stain {
  readonly glass: Colour;
  readonly stroma: Colour;
  readonly tumourBed: Colour;
  readonly fat: Colour;
  readonly benignNucleus: Colour;
  readonly tumourNucleus: Colour;
}

const STAIN: Stain = {
  glass: [244, 243, 245],
  stroma: [228, 164, 196],
  tumourBed: [205, 142, 190],
  fat: [243, 238, 243],
  benignNucleus: [104, 74, 150],
  tumourNucleus: [88, 58, 138],
};

/** Laboratories differ: by the seed the dyes are up to 8 % stronger or weaker, eosin and haematoxylin each by itself. */
export function mixStain(seed: number): Stain {
  const eosin = 1 + 0.08 * hashSigned(seed, 21, 0);
  const haematoxylin = 1 + 0.08 * hashSigned(seed, 21, 1);
  return {
    glass: STAIN.glass,
    fat: STAIN.fat,
    stroma: deepen(STAIN.stroma, eosin),
    tumourBed: deepen(STAIN.tumourBed, (eosin + haematoxylin) / 2),
    benignNucleus: deepen(STAIN.benignNucleus, haematoxylin),
    tumourNucleus: deepen(STAIN.tumourNucleus, haematoxylin),
  };
}

/** Beer and Lambert: `strength` times the dye takes light away to the power of `strength`. */
const deepen = (colour: Colour, strength: number): Colour => {
  const through = (value: number): number => 255 * (value / 255) ** strength;
  return [through(colour[0]), through(colour[1]), through(colour[2])];
};
