import { smoothNoise, smoothStep } from '../random.ts';
import { glandDepthUm, type GlandSite, sitesBetween } from './gland-sites.ts';
import { crowdDepthUm, crowdsBetween } from './lymphocyte-crowds.ts';
import { type HistologySpecimen, nearestTumour, tissueDepthUm, type Tumour } from './plan-histology.ts';

/** What the slow fields say at the points of a lattice `FIELD_STEP_UM` apart; between these everything is interpolated. */
export interface TissueFields {
  readonly columns: number;
  readonly rows: number;
  /** Place of the first point in steps from the slide's corner. */
  readonly firstColumn: number;
  readonly firstRow: number;
  /** um in the tissue. */
  readonly tissue: Float32Array;
  /** um in a tumour as it is annotated; a tumour reaches no further than the tissue. */
  readonly tumour: Float32Array;
  /** um in what is there at all: neither glass nor a lumen nor a crack. */
  readonly solid: Float32Array;
  /** Above 0 in the tumour's epithelium. */
  readonly nest: Float32Array;
  /** Above 0 in fat. */
  readonly fat: Float32Array;
  /** um in a lobule or beside a duct. */
  readonly gland: Float32Array;
  /** Share of the places for a lymphocyte that have one. */
  readonly lymph: Float32Array;
  /** Share of the places for a fibroblast that have one. */
  readonly cells: Float32Array;
  /** Eosin and haematoxylin of the ground, and how much its fibres stand out, in dye units. */
  readonly eosin: Float32Array;
  readonly haem: Float32Array;
  readonly fibre: Float32Array;
  /** How far the fibres are bent, in um. */
  readonly bendX: Float32Array;
  readonly bendY: Float32Array;
}

export const FIELD_STEP_UM = 8;
/** Beyond this far from the tissue nothing is worked out. */
const FAR_UM = 40;
const FIBRE_BEND_UM = 190;

const NAMES = [
  'tissue',
  'tumour',
  'solid',
  'nest',
  'fat',
  'gland',
  'lymph',
  'cells',
  'eosin',
  'haem',
  'fibre',
  'bendX',
  'bendY',
] as const;
export type FieldName = (typeof NAMES)[number];

/** The fields over the whole width of the slide and the rows between two heights. */
export function workOutFields(specimen: HistologySpecimen, rows: { fromUm: number; toUm: number }): TissueFields {
  const fields = emptyFields(specimen.widthUm, rows);
  const reach = { fromUm: rows.fromUm - FIELD_STEP_UM * 2, toUm: rows.toUm + FIELD_STEP_UM * 2 };
  const near = { sites: sitesBetween(specimen, reach), crowds: crowdsBetween(specimen, reach) };
  for (let row = 0; row < fields.rows; row++) {
    const y = (fields.firstRow + row) * FIELD_STEP_UM;
    const sites = near.sites.filter((site) => Math.abs(site.y - y) < site.radiusUm + FAR_UM);
    const crowds = near.crowds.filter((crowd) => Math.abs(crowd.y - y) < crowd.radiusUm + FAR_UM);
    for (let column = 0; column < fields.columns; column++) {
      const index = row * fields.columns + column;
      const x = (fields.firstColumn + column) * FIELD_STEP_UM;
      const tissue = tissueDepthUm(specimen, x, y);
      fields.tissue[index] = tissue;
      fields.solid[index] = tissue;
      fields.tumour[index] = -1_000;
      if (tissue > -FAR_UM) fillPoint(fields, index, { specimen, x, y, tissue, sites, crowds });
    }
  }
  return fields;
}

/** The lattice's size over some rows, and its place in steps from the slide's corner. */
type Lattice = Pick<TissueFields, 'columns' | 'rows' | 'firstColumn' | 'firstRow'>;

function latticeOver(widthUm: number, { fromUm, toUm }: { fromUm: number; toUm: number }): Lattice {
  const firstColumn = -3;
  const firstRow = Math.floor(fromUm / FIELD_STEP_UM) - 1;
  const columns = Math.ceil(widthUm / FIELD_STEP_UM) + 5 - firstColumn;
  const rows = Math.ceil(toUm / FIELD_STEP_UM) + 2 - firstRow;
  return { columns, rows, firstColumn, firstRow };
}

function emptyFields(widthUm: number, heights: { fromUm: number; toUm: number }): TissueFields {
  const lattice = latticeOver(widthUm, heights);
  const field = (): Float32Array => new Float32Array(lattice.columns * lattice.rows);
  return {
    ...lattice,
    tissue: field(),
    tumour: field(),
    solid: field(),
    nest: field(),
    fat: field(),
    gland: field(),
    lymph: field(),
    cells: field(),
    eosin: field(),
    haem: field(),
    fibre: field(),
    bendX: field(),
    bendY: field(),
  };
}

interface PointPlace {
  readonly specimen: HistologySpecimen;
  readonly x: number;
  readonly y: number;
  readonly tissue: number;
  readonly sites: readonly GlandSite[];
  readonly crowds: ReturnType<typeof crowdsBetween>;
}

function fillPoint(fields: TissueFields, index: number, place: PointPlace): void {
  const { specimen, x, y, tissue } = place;
  const { seed } = specimen;
  const { depth, tumour } = nearestTumour(specimen, x, y);
  const inTumour = Math.min(depth, tissue);
  const growth = tumour === undefined || depth < -60 ? NO_GROWTH : growthAt(specimen, tumour, { x, y, depth });
  const slow = smoothNoise(seed + 11, x / 900, y / 900);
  const tone = smoothNoise(seed + 12, x / 210, y / 210);
  const fine = smoothNoise(seed + 13, x / 60, y / 60);
  const gland = glandDepthUm(place.sites, x, y) + 14 * fine + 16 * tone;
  const room = Math.min(-30 - depth, -25 - gland, tissue - 4) / 30;
  const fat = room < -1 ? -1 : Math.min(room, fatness(specimen, { x, y, depth, slow }));
  const nest = smoothStep(growth.nest / 10 + 0.5);
  const bed = smoothStep(depth / 120 + 0.6);
  const loose = gland > 0 ? smoothStep(gland / 30) : 0;
  const crowd = crowdDepthUm(place.crowds, x, y);
  const bendX = FIBRE_BEND_UM * smoothNoise(seed + 14, x / 420, y / 420) + 24 * smoothNoise(seed + 16, x / 90, y / 90);
  const bendY = FIBRE_BEND_UM * smoothNoise(seed + 15, x / 420, y / 420) + 24 * smoothNoise(seed + 17, x / 90, y / 90);
  fields.tumour[index] = inTumour;
  fields.nest[index] = growth.nest;
  fields.solid[index] = Math.min(tissue, growth.solid, cleft(specimen, { x, y, bendX, bendY, fat, nest: growth.nest }));
  fields.fat[index] = fat * 30;
  fields.gland[index] = gland;
  fields.lymph[index] = lymphAt({ specimen, x, y, depth, crowd, nest: growth.nest, fat, tone });
  fields.cells[index] = fat > 0 ? 0.02 : 0.3 + 0.22 * slow + 0.3 * bed + 0.3 * loose + 0.15 * tone;
  const stroma = 52 + 13 * slow + 11 * tone + 4 * fine - 9 * bed - 15 * loose;
  fields.eosin[index] = stroma + (46 + 6 * fine - stroma) * nest;
  fields.haem[index] = 4 + 3 * bed + 6 * loose + (specimen.grade === 3 ? 20 : 15) * nest * (1 + 0.3 * fine);
  fields.fibre[index] = 21 + 8 * tone - 9 * nest - 6 * loose;
  fields.bendX[index] = bendX;
  fields.bendY[index] = bendY;
}

/** Fat comes in fields; it reaches into the rim of a tumour but not further. */
function fatness(
  { seed, fatFrom }: HistologySpecimen,
  { x, y, depth, slow }: { x: number; y: number; depth: number; slow: number },
): number {
  const here = 0.55 * smoothNoise(seed + 21, x / 700, y / 700) + 0.3 * smoothNoise(seed + 22, x / 170, y / 170);
  return here - 0.25 * slow - fatFrom - (depth > -150 ? (150 + depth) / 500 : 0);
}

/** A crack that is not open reaches no deeper than an edge is soft. */
const CRACK_RIM_UM = 3.5;

interface CleftPlace {
  readonly x: number;
  readonly y: number;
  readonly bendX: number;
  readonly bendY: number;
  readonly fat: number;
  readonly nest: number;
}

/** Stroma shrinks away from nests, and splits along its fibres: thin cracks here and there, um to the nearest one. */
function cleft({ seed, fibreTurn }: HistologySpecimen, { x, y, bendX, bendY, fat, nest }: CleftPlace): number {
  if (fat > -0.05) return Infinity;
  const where = smoothNoise(seed + 23, x / 260, y / 260);
  if (where < 0.2) return Infinity;
  const open = 16 * (where - 0.2);
  if (nest > -25 && nest < 25) return Math.abs(nest + 4) * 1.6 + CRACK_RIM_UM - open;
  const cos = Math.cos(fibreTurn);
  const sin = Math.sin(fibreTurn);
  const along = x * cos + y * sin + bendX;
  const across = y * cos - x * sin + bendY;
  return Math.abs(smoothNoise(seed + 24, along / 130, across / 40)) * 55 + CRACK_RIM_UM - open;
}

interface Growing {
  /** um in a nest, roughly. */
  readonly nest: number;
  /** um to the nearest lumen of the tumour's own glands. */
  readonly solid: number;
}

const NO_GROWTH: Growing = { nest: -100, solid: Infinity };

/** The tumour's nests follow its outline only roughly. */
function growthAt(
  { seed, grade }: HistologySpecimen,
  { growth, nestUm, dense, outline }: Tumour,
  { x, y, depth }: { x: number; y: number; depth: number },
): Growing {
  const border = depth - 14 + 22 * smoothNoise(seed + 31, x / 55, y / 55);
  if (border < -30) return NO_GROWTH;
  // Turned and bent, so that no nest shows the lattice of the noise.
  const rough = smoothNoise(seed + 33, x / 42, y / 42);
  const wave = smoothNoise(seed + 37, x / 75, y / 75);
  const along = x * outline.cos + y * outline.sin + 24 * wave;
  const across = y * outline.cos - x * outline.sin + 24 * rough;
  const coarse = smoothNoise(seed + 32, along / nestUm, across / nestUm);
  if (growth === 'cords') {
    const bent = across + 60 * smoothNoise(seed + 34, x / 200, y / 200);
    const strand = smoothNoise(seed + 35, along / 170, bent / 48);
    const nest = (0.17 + 0.05 * dense - Math.abs(strand) + 0.1 * coarse) * 46 + 5 * rough;
    return { nest: Math.min(nest, border), solid: Infinity };
  }
  const bulk = (coarse + 0.4 * rough + 0.15 * dense) * nestUm * 0.4;
  if (growth === 'nests') return { nest: Math.min(bulk + (grade === 3 ? 9 : 3), border), solid: Infinity };
  // Glands of one or two layers of cells around a lumen, larger and less regular than a benign lobule's.
  const gland = (smoothNoise(seed + 36, along / 62, across / 62) + 0.25 * rough) * 42 + 4 * dense;
  const wall = grade === 1 ? 21 : 25;
  return { nest: Math.min(gland + 4, border), solid: wall - Math.min(gland, border) };
}

/** Crowds, and a veil of them in and around the tumour's stroma. */
function lymphAt({
  specimen,
  x,
  y,
  depth,
  crowd,
  nest,
  fat,
  tone,
}: {
  specimen: HistologySpecimen;
  x: number;
  y: number;
  depth: number;
  crowd: number;
  nest: number;
  fat: number;
  tone: number;
}): number {
  if (fat > 0) return 0;
  const inCrowd = 0.93 * smoothStep(crowd / 50 + 0.35);
  const veil = smoothNoise(specimen.seed + 41, x / 300, y / 300) - 0.25 + 0.25 * tone;
  const near = depth > -260 ? smoothStep((depth + 260) / 260) : 0;
  const all = Math.max(inCrowd, near * Math.max(0, veil) * 0.9 * specimen.lymphocytes * 2);
  return nest > 0 ? all * 0.15 : all + 0.012;
}

/** A field between its points. Places outside the lattice are taken at its rim. */
export function sampleField(fields: TissueFields, name: FieldName, x: number, y: number): number {
  const { columns, rows, firstColumn, firstRow } = fields;
  const field = fields[name];
  const across = x / FIELD_STEP_UM;
  const down = y / FIELD_STEP_UM;
  const column = Math.floor(across);
  const row = Math.floor(down);
  const left = Math.min(columns - 2, Math.max(0, column - firstColumn));
  const top = Math.min(rows - 2, Math.max(0, row - firstRow)) * columns;
  const share = across - column;
  const at = top + left;
  const high = field[at]! + (field[at + 1]! - field[at]!) * share;
  const low = field[at + columns]! + (field[at + columns + 1]! - field[at + columns]!) * share;
  return high + (low - high) * (down - row);
}

/** The field `tumour` alone, for the truth. */
export type TumourOutline = Lattice & Pick<TissueFields, 'tumour'>;

export function outlineTumour(specimen: HistologySpecimen, heights: { fromUm: number; toUm: number }): TumourOutline {
  const lattice = latticeOver(specimen.widthUm, heights);
  const tumour = Float32Array.from({ length: lattice.columns * lattice.rows }, (_, index) => {
    const x = (lattice.firstColumn + (index % lattice.columns)) * FIELD_STEP_UM;
    const y = (lattice.firstRow + Math.floor(index / lattice.columns)) * FIELD_STEP_UM;
    const { depth } = nearestTumour(specimen, x, y);
    // Where it is clearly outside a tumour nobody asks about the tissue.
    return depth < -FAR_UM ? depth : Math.min(depth, tissueDepthUm(specimen, x, y));
  });
  return { ...lattice, tumour };
}

/** One row of the truth: 1 in a tumour, between the points of the lattice interpolated as everything is. */
export function sampleOutline(
  { columns, firstColumn, firstRow, tumour }: TumourOutline,
  { y, pixelX, into }: { y: number; pixelX: number; into: Uint8Array },
): void {
  const down = y / FIELD_STEP_UM;
  const row = Math.floor(down);
  const share = down - row;
  const above = (row - firstRow) * columns;
  for (let i = 0; i < into.length; i++) {
    const across = ((i + 0.5) * pixelX) / FIELD_STEP_UM;
    const column = Math.floor(across);
    const at = above + column - firstColumn;
    const high = tumour[at]! + (tumour[at + 1]! - tumour[at]!) * (across - column);
    const low = tumour[at + columns]! + (tumour[at + columns + 1]! - tumour[at + columns]!) * (across - column);
    into[i] = high + (low - high) * share > 0 ? 1 : 0;
  }
}
