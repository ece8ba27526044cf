import { hashSigned, hashUnit } from '../random.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import type { NucleusName, NucleusStamps } from './nuclei.ts';
import type { HistologySpecimen } from './plan-histology.ts';
import { layStamp } from './stamps.ts';
import { FIELD_STEP_UM, sampleField, type TissueFields } from './tissue-fields.ts';

/** Nuclei of one kind strewn over a shaken lattice. */
interface Layer {
  readonly stamp: NucleusName;
  readonly spacingUm: (specimen: HistologySpecimen) => number;
  /** How far from its place in the lattice a nucleus may lie, in spacings. */
  readonly shaken: number;
  /** Share of the places at a point of the fields that have one; a quick look without interpolation. */
  readonly mayLive: (fields: TissueFields, index: number, specimen: HistologySpecimen) => number;
  readonly lives: (fields: TissueFields, x: number, y: number) => boolean;
  /** Of the fibres where it lies along them. */
  readonly aligned: boolean;
}

const always = (): boolean => true;

/** Bottom to top. */
const LAYERS: readonly Layer[] = [
  {
    stamp: 'fibroblast',
    spacingUm: () => 15,
    shaken: 0.45,
    mayLive: ({ solid, nest, cells }, index) => (solid[index]! < 0 || nest[index]! > 6 ? 0 : cells[index]!),
    lives: (fields, x, y) => sampleField(fields, 'solid', x, y) > 3 && sampleField(fields, 'nest', x, y) < -2,
    aligned: true,
  },
  {
    stamp: 'tumour',
    spacingUm: ({ grade }) => ({ 1: 9.4, 2: 10, 3: 11.2 })[grade],
    shaken: 0.42,
    mayLive: ({ nest, solid }, index, specimen) => (nest[index]! > -8 && solid[index]! > -8 ? specimen.crowding : 0),
    lives: (fields, x, y) => sampleField(fields, 'nest', x, y) > 1 && sampleField(fields, 'solid', x, y) > 3,
    aligned: false,
  },
  {
    stamp: 'lymphocyte',
    spacingUm: () => 7.2,
    shaken: 0.36,
    mayLive: ({ lymph, solid }, index) => (solid[index]! < 2 ? 0 : lymph[index]!),
    lives: always,
    aligned: false,
  },
  {
    stamp: 'dirt',
    spacingUm: () => 480,
    shaken: 0.5,
    mayLive: (_fields, _index, { artefacts }) => artefacts.debris,
    lives: always,
    aligned: false,
  },
];

/** Strews all nuclei that do not belong to a gland; always in the same order. */
export function scatterNuclei(
  canvas: DyeCanvas,
  { specimen, fields, nuclei }: { specimen: HistologySpecimen; fields: TissueFields; nuclei: NucleusStamps },
): void {
  LAYERS.forEach((layer, index) => {
    const stamps = nuclei[layer.stamp];
    const spacing = layer.spacingUm(specimen);
    const seed = specimen.seed + 80 + index * 5;
    const fromUm = canvas.top * canvas.mpp - stamps.reachUm;
    const toUm = (canvas.top + canvas.rows) * canvas.mpp + stamps.reachUm;
    for (let row = Math.floor(fromUm / spacing) - 1; row * spacing < toUm; row++) {
      for (let column = 0; column * spacing < specimen.widthUm; column++) {
        const x = (column + 0.5 * (1 + (row & 1)) + layer.shaken * hashSigned(seed, column, row)) * spacing;
        const y = (row + 0.5 + layer.shaken * hashSigned(seed + 1, column, row)) * spacing;
        if (y < fromUm || y >= toUm) continue;
        const nearest = nearestPoint(fields, x, y);
        const share = layer.mayLive(fields, nearest, specimen);
        const draw = hashUnit(seed + 2, column, row);
        if (draw >= share || !layer.lives(fields, x, y)) continue;
        const turn = hashUnit(seed + 3, column, row);
        const angle = layer.aligned ? fibreAngle(fields, nearest, specimen) + (turn - 0.5) * 0.7 : turn * Math.PI;
        // What is left of the first draw is as good as another.
        layStamp(canvas, stamps, { x, y, angle, pick: (draw * 613) % 1, strength: (turn * 97) % 1 });
      }
    }
  });
}

function nearestPoint(fields: TissueFields, x: number, y: number): number {
  const column = Math.round(x / FIELD_STEP_UM) - fields.firstColumn;
  const row = Math.round(y / FIELD_STEP_UM) - fields.firstRow;
  return (
    Math.min(fields.rows - 1, Math.max(0, row)) * fields.columns + Math.min(fields.columns - 1, Math.max(0, column))
  );
}

/** The direction in which the fibres run at a point of the fields: along lines of even bend. */
function fibreAngle({ bendY, columns }: TissueFields, index: number, { fibreTurn: turn }: HistologySpecimen): number {
  const slope =
    (bendY[index + 1 < bendY.length ? index + 1 : index]! - bendY[Math.max(0, index - 1)]!) / (FIELD_STEP_UM * 2);
  const down =
    (bendY[Math.min(bendY.length - 1, index + columns)]! - bendY[Math.max(0, index - columns)]!) / (FIELD_STEP_UM * 2);
  // v = -x sin + y cos + bend stays the same along a fibre.
  return Math.atan2(Math.sin(turn) - slope, Math.cos(turn) + down);
}
