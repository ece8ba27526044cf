import { cutStamps, type NucleusKind, type StampSet } from './stamps.ts';
import type { Grade } from './plan-histology.ts';

export type NucleusName = 'tumour' | 'gland' | 'flat' | 'lymphocyte' | 'fibroblast' | 'crumb' | 'dirt';

/** Grade 1 is close to a gland's own nuclei; grade 3 is large, uneven, clumped, with nucleoli. */
const TUMOUR: Record<Grade, NucleusKind> = {
  1: { radiusUm: [3.2, 4.2], stretch: [1, 1.5], wavy: 0.07, haem: [86, 116], clumped: 0.35, nucleoli: 0 },
  2: { radiusUm: [3.6, 5.3], stretch: [1, 1.7], wavy: 0.12, haem: [80, 122], clumped: 0.6, nucleoli: 1 },
  3: { radiusUm: [3.9, 7.2], stretch: [1, 1.9], wavy: 0.2, haem: [72, 132], clumped: 0.9, nucleoli: 2 },
};

const OTHERS: Record<Exclude<NucleusName, 'tumour'>, NucleusKind> = {
  gland: { radiusUm: [2.9, 3.7], stretch: [1.1, 1.7], wavy: 0.04, haem: [92, 118], clumped: 0.25, nucleoli: 0 },
  flat: { radiusUm: [2, 2.6], stretch: [2, 3.4], wavy: 0.05, haem: [95, 120], clumped: 0.1, nucleoli: 0 },
  lymphocyte: { radiusUm: [2.5, 3.1], stretch: [1, 1.2], wavy: 0.04, haem: [122, 156], clumped: 0.3, nucleoli: 0 },
  fibroblast: { radiusUm: [1.8, 2.6], stretch: [2.4, 5.5], wavy: 0.1, haem: [78, 118], clumped: 0.2, nucleoli: 0 },
  crumb: { radiusUm: [0.8, 1.8], stretch: [1, 1.8], wavy: 0.2, haem: [90, 150], clumped: 0, nucleoli: 0 },
  dirt: { radiusUm: [1.5, 9], stretch: [1, 3.5], wavy: 0.4, haem: [110, 190], clumped: 0.6, nucleoli: 0 },
};

export type NucleusStamps = Readonly<Record<NucleusName, StampSet>>;

export function cutNuclei({
  grade,
  ...options
}: {
  grade: Grade;
  mpp: number;
  softUm: number;
  seed: number;
}): NucleusStamps {
  const cut = (kind: NucleusKind, index: number): StampSet =>
    cutStamps(kind, { ...options, seed: options.seed + index });
  return {
    tumour: cut(TUMOUR[grade], 1),
    gland: cut(OTHERS.gland, 2),
    flat: cut(OTHERS.flat, 3),
    lymphocyte: cut(OTHERS.lymphocyte, 4),
    fibroblast: cut(OTHERS.fibroblast, 5),
    crumb: cut(OTHERS.crumb, 6),
    dirt: cut(OTHERS.dirt, 7),
  };
}
