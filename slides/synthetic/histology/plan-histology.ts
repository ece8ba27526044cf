import { smoothNoise } from '../random.ts';
import { type Draws, drawsOf, mixSeed } from './draws.ts';
import { type Artefacts, planArtefacts } from './plan-artefacts.ts';
import { type Band, bandDepthUm, type Blob, blobDepthUm, drawBand, drawBlob } from './shapes.ts';

/** How malignant the tumour looks: 1 is close to benign, 3 is wild. */
export type Grade = 1 | 2 | 3;

/** How a tumour grows: glands of its own, solid nests, or thin cords in much stroma. */
export type Growth = 'tubules' | 'nests' | 'cords';

export interface Tumour {
  readonly outline: Blob;
  readonly growth: Growth;
  /** Width of a nest or a gland. */
  readonly nestUm: number;
  /** -1 to 1: more nests or more stroma. */
  readonly dense: number;
}

/** What lies on the glass, in um from the slide's corner; pure data. */
export interface HistologySpecimen {
  readonly seed: number;
  readonly widthUm: number;
  readonly heightUm: number;
  readonly grade: Grade;
  readonly pieces: readonly (Blob | Band)[];
  /** Cracks in the tissue. */
  readonly tears: readonly Band[];
  readonly tumours: readonly Tumour[];
  /** About -0.4 (a fatty breast) to 0.4 (next to no fat); over it lies fat. */
  readonly fatFrom: number;
  /** Angle of the fibres before they are bent. */
  readonly fibreTurn: number;
  /** Share of the places for a tumour cell that have one. */
  readonly crowding: number;
  /** Share of the places for a gland that have one. */
  readonly glands: number;
  /** Share of the places for a crowd of lymphocytes that have one. */
  readonly lymphocytes: number;
  readonly artefacts: Artefacts;
}

interface Extent {
  readonly widthUm: number;
  readonly heightUm: number;
}

const PURPOSE = { grade: 1, tissue: 2, tumour: 3, stroma: 4, artefacts: 5 } as const;

/** The grade that a seed draws. */
export function gradeOf(seed: number): Grade {
  const draw = drawsOf(mixSeed(seed), PURPOSE.grade).unit();
  return draw < 0.3 ? 1 : draw < 0.68 ? 2 : 3;
}

/** Draws a specimen. The same seed and physical size give the same one, whatever the scale at which it is painted. */
export function planHistology({ widthUm, heightUm, seed: asked }: Extent & { seed: number }): HistologySpecimen {
  const seed = mixSeed(asked);
  const extent = { widthUm, heightUm };
  const { pieces, tears } = planTissue(drawsOf(seed, PURPOSE.tissue), extent);
  const grade = gradeOf(asked);
  const tissue = { seed, pieces, tears };
  const stroma = drawsOf(seed, PURPOSE.stroma);
  return {
    ...tissue,
    ...extent,
    grade,
    tumours: planTumours(drawsOf(seed, PURPOSE.tumour), { tissue, extent, grade }),
    fatFrom: stroma.between(-0.2, 0.45),
    fibreTurn: stroma.unit() * Math.PI,
    crowding: stroma.between(0.58, 0.92),
    glands: stroma.between(0.3, 0.8),
    lymphocytes: stroma.between(0.2, 0.75),
    artefacts: planArtefacts(drawsOf(seed, PURPOSE.artefacts), extent),
  };
}

type TissuePlan = Pick<HistologySpecimen, 'pieces' | 'tears'>;

/** Core biopsies, one or two large pieces of a resection, or fragments. */
function planTissue(draws: Draws, extent: Extent): TissuePlan {
  const kind = draws.unit();
  if (kind < 0.25) return { pieces: planCores(draws, extent), tears: [] };
  if (kind < 0.45) return { pieces: planFragments(draws, extent), tears: [] };
  const pieces = planResection(draws, extent);
  return { pieces, tears: planTears(draws, extent) };
}

const MAX_CORE_HALF_WIDTH_UM = 800;

function planCores(draws: Draws, { widthUm, heightUm }: Extent): Band[] {
  const upright = heightUm > widthUm;
  const along = upright ? heightUm : widthUm;
  const beside = upright ? widthUm : heightUm;
  const count = 2 + Math.floor(draws.unit() * 3);
  return Array.from({ length: count }, (_, index) => {
    const halfWidthUm = Math.min(MAX_CORE_HALF_WIDTH_UM, (beside / count) * draws.between(0.24, 0.36));
    const lengthUm = along * draws.between(0.5, 0.84);
    const from = draws.between(0.06, 0.94 - lengthUm / along) * along;
    const side = ((index + 0.5 + draws.between(-0.1, 0.1)) / count) * beside;
    const start = upright ? { x: side, y: from } : { x: from, y: side };
    const angle = (upright ? Math.PI / 2 : 0) + draws.between(-0.05, 0.05);
    return drawBand(draws, start, { angle, lengthUm, halfWidthUm, bend: 0.35 });
  });
}

function planFragments(draws: Draws, { widthUm, heightUm }: Extent): Blob[] {
  const count = 5 + Math.floor(draws.unit() * 7);
  const side = Math.min(widthUm, heightUm);
  return Array.from({ length: count }, (_, index) => {
    const radius = side * (index < 2 ? draws.between(0.17, 0.26) : draws.between(0.06, 0.17));
    const place = { x: widthUm * draws.between(0.16, 0.84), y: heightUm * draws.between(0.16, 0.84) };
    return drawBlob(draws, place, { x: radius * draws.between(0.9, 1.7), y: radius }, 0.3);
  });
}

function planResection(draws: Draws, { widthUm, heightUm }: Extent): Blob[] {
  const two = draws.chance(0.35);
  const wide = widthUm >= heightUm;
  return Array.from({ length: two ? 2 : 1 }, (_, index) => {
    const shift = two ? (index === 0 ? -0.24 : 0.24) : draws.between(-0.06, 0.06);
    const other = draws.between(-0.05, 0.05);
    const share = two ? 0.5 : 1;
    const place = {
      x: widthUm * (0.5 + (wide ? shift : other)),
      y: heightUm * (0.5 + (wide ? other : shift)),
    };
    const radius = {
      x: widthUm * draws.between(0.36, 0.46) * (wide ? share : 1),
      y: heightUm * draws.between(0.34, 0.44) * (wide ? 1 : share),
    };
    // Hardly turned, so that it stays on the glass.
    return { ...drawBlob(draws, place, radius, 0.2), cos: 1, sin: 0 };
  });
}

function planTears(draws: Draws, { widthUm, heightUm }: Extent): Band[] {
  const side = Math.min(widthUm, heightUm);
  return Array.from({ length: Math.floor(draws.unit() * 4) }, () =>
    drawBand(
      draws,
      { x: widthUm * draws.between(0.2, 0.8), y: heightUm * draws.between(0.2, 0.8) },
      {
        angle: draws.unit() * Math.PI * 2,
        lengthUm: side * draws.between(0.1, 0.4),
        halfWidthUm: draws.between(6, 26),
        bend: 2,
      },
    ),
  );
}

const TRIES = 40;
const MAX_TUMOUR_RADIUS_UM = 4_000;
const GROWTH: Record<Grade, readonly [likely: Growth, less: Growth]> = {
  1: ['tubules', 'cords'],
  2: ['nests', 'tubules'],
  3: ['nests', 'cords'],
};

/** One to five regions of different sizes, each well inside the tissue where that has room. */
function planTumours(
  draws: Draws,
  { tissue, extent, grade }: { tissue: Tissue; extent: Extent; grade: Grade },
): Tumour[] {
  const count = draws.chance(0.35) ? 1 : 2 + Math.floor(draws.unit() * 4);
  const side = Math.min(extent.widthUm, extent.heightUm);
  return Array.from({ length: count }, (_, index) => {
    const share = index === 0 ? draws.between(0.11, 0.24) : draws.between(0.035, 0.12);
    const radius = Math.min(MAX_TUMOUR_RADIUS_UM, side * share);
    const place = findRoom(draws, tissue, extent);
    const outline = drawBlob(draws, place, { x: radius * draws.between(1, 1.6), y: radius }, 0.3);
    const [likely, less] = GROWTH[grade];
    const growth = draws.chance(0.68) ? likely : less;
    return { outline, growth, nestUm: draws.between(70, 150), dense: draws.between(-1, 1) };
  });
}

/** Of some places the first that lies deep enough in the tissue, else the deepest. */
function findRoom(draws: Draws, tissue: Tissue, { widthUm, heightUm }: Extent): { x: number; y: number } {
  let best = { x: widthUm / 2, y: heightUm / 2, depth: -Infinity };
  const enough = Math.min(widthUm, heightUm) * 0.07;
  for (let i = 0; i < TRIES && best.depth < enough; i++) {
    const x = widthUm * draws.between(0.08, 0.92);
    const y = heightUm * draws.between(0.08, 0.92);
    const depth = tissueDepthUm(tissue, x, y);
    if (depth > best.depth) best = { x, y, depth };
  }
  return { x: best.x, y: best.y };
}

type Tissue = Pick<HistologySpecimen, 'seed' | 'pieces' | 'tears'>;

const isBand = (shape: Blob | Band): shape is Band => 'points' in shape;

/** Depth in um in the tissue, whose rim is frayed; below zero on glass. */
export function tissueDepthUm({ seed, pieces, tears }: Tissue, x: number, y: number): number {
  let depth = -Infinity;
  for (const piece of pieces) {
    depth = Math.max(depth, isBand(piece) ? bandDepthUm(piece, x, y) : blobDepthUm(piece, x, y));
  }
  // Far outside nothing is frayed.
  if (depth < -120) return depth;
  depth += 45 * smoothNoise(seed + 3, x / 260, y / 260) + 16 * smoothNoise(seed + 4, x / 45, y / 45);
  for (const tear of tears) {
    const crack = bandDepthUm(tear, x, y);
    if (crack > -40) depth = Math.min(depth, -crack + 12 * smoothNoise(seed + 5, x / 40, y / 40));
  }
  return depth;
}

/** The tumour in which a point lies deepest, and how deep in um; below zero outside all. */
export function nearestTumour(
  { seed, tumours }: HistologySpecimen,
  x: number,
  y: number,
): { depth: number; tumour: Tumour | undefined } {
  let depth = -Infinity;
  let nearest: Tumour | undefined;
  for (const tumour of tumours) {
    const inside = blobDepthUm(tumour.outline, x, y);
    if (inside <= depth) continue;
    depth = inside;
    nearest = tumour;
  }
  if (depth > -250) {
    const scale = Math.min(1, (nearest?.outline.radiusY ?? 0) / 500);
    depth += scale * (75 * smoothNoise(seed + 6, x / 330, y / 330) + 35 * smoothNoise(seed + 7, x / 130, y / 130));
  }
  return { depth, tumour: nearest };
}
