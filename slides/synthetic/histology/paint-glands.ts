import { drawsOf } from './draws.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import { type GlandKind, type GlandSite, sitesBetween } from './gland-sites.ts';
import type { NucleusStamps } from './nuclei.ts';
import type { HistologySpecimen } from './plan-histology.ts';
import { layStamp } from './stamps.ts';

interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radiusUm: number;
}

/** A round of epithelium; lengths in um. */
interface Ring extends Circle {
  readonly seed: number;
  /** What is open in it: its lumen, or several where it is stuffed with cells. */
  readonly lumens: readonly Circle[];
  readonly stuffed: boolean;
  /** Radius of the dead middle, 0 where there is none. */
  readonly deadUm: number;
  readonly waves: readonly [number, number, number];
}

const RINGS: Record<GlandKind, (site: GlandSite) => Ring[]> = {
  lobule: (site) => {
    const draws = drawsOf(site.seed, 1);
    const placed: Circle[] = [];
    for (let i = 0; i < 70 && placed.length < 26; i++) {
      const far = site.radiusUm * Math.sqrt(draws.unit());
      const angle = draws.unit() * Math.PI * 2;
      const ring = {
        x: site.x + far * Math.cos(angle),
        y: site.y + far * Math.sin(angle),
        radiusUm: draws.between(15, 30),
      };
      if (placed.every((other) => Math.hypot(other.x - ring.x, other.y - ring.y) > other.radiusUm + ring.radiusUm + 4))
        placed.push(ring);
    }
    return placed.map((circle, index) => openRing(circle, site.seed + index, draws.between(0.1, 0.42)));
  },
  duct: (site) => {
    const draws = drawsOf(site.seed, 2);
    const radiusUm = site.radiusUm - 8;
    return [openRing({ x: site.x, y: site.y, radiusUm }, site.seed, (radiusUm - draws.between(13, 20)) / radiusUm)];
  },
  stuffed: (site) => {
    const draws = drawsOf(site.seed, 3);
    const radiusUm = site.radiusUm - 8;
    const dead = draws.chance(0.3) ? radiusUm * draws.between(0.3, 0.5) : 0;
    const holes = dead > 0 ? 0 : Math.floor(draws.between(0, 7));
    const lumens = Array.from({ length: holes }, () => {
      const far = radiusUm * 0.68 * Math.sqrt(draws.unit());
      const angle = draws.unit() * Math.PI * 2;
      return {
        x: site.x + far * Math.cos(angle),
        y: site.y + far * Math.sin(angle),
        radiusUm: draws.between(8, 20),
      };
    });
    const ring = openRing({ x: site.x, y: site.y, radiusUm }, site.seed, 0);
    return [{ ...ring, lumens, stuffed: true, deadUm: dead }];
  },
};

function openRing(circle: Circle, seed: number, open: number): Ring {
  const draws = drawsOf(seed, 4);
  const lumen = { x: circle.x, y: circle.y, radiusUm: circle.radiusUm * open };
  const waves = [draws.between(-0.16, 0.16), draws.between(-0.16, 0.16), draws.between(-0.1, 0.1)] as const;
  return { ...circle, seed, lumens: lumen.radiusUm > 2 ? [lumen] : [], stuffed: false, deadUm: 0, waves };
}

/** Paints lobules, ducts and stuffed ducts with their nuclei. */
export function paintGlands(
  canvas: DyeCanvas,
  { specimen, nuclei }: { specimen: HistologySpecimen; nuclei: NucleusStamps },
): void {
  const fromUm = canvas.top * canvas.mpp;
  const toUm = (canvas.top + canvas.rows) * canvas.mpp;
  for (const site of sitesBetween(specimen, { fromUm: fromUm - 60, toUm: toUm + 60 })) {
    for (const ring of RINGS[site.kind](site)) {
      const reach = ring.radiusUm * 1.45 + 12;
      if (ring.y + reach < fromUm || ring.y - reach > toUm) continue;
      paintBody(canvas, ring);
      layNuclei(canvas, ring, nuclei);
    }
  }
}

/** 1 at the mean radius; the rim has two and three waves a turn. */
function rimAt({ waves }: Ring, cos: number, sin: number): number {
  return 1 + waves[0] * (cos * cos - sin * sin) + waves[1] * 2 * cos * sin + waves[2] * cos * (4 * cos * cos - 3);
}

function paintBody(canvas: DyeCanvas, ring: Ring): void {
  const { mpp, widthPx } = canvas;
  const reach = ring.radiusUm * 1.45 + 8;
  const firstX = Math.max(0, Math.floor((ring.x - reach) / mpp));
  const lastX = Math.min(widthPx, Math.ceil((ring.x + reach) / mpp));
  const firstY = Math.max(canvas.top, Math.floor((ring.y - reach) / mpp));
  const lastY = Math.min(canvas.top + canvas.rows, Math.ceil((ring.y + reach) / mpp));
  for (let y = firstY; y < lastY; y++) {
    const dy = (y + 0.5) * mpp - ring.y;
    let at = (y - canvas.top) * widthPx + firstX;
    for (let x = firstX; x < lastX; x++, at++) {
      const dx = (x + 0.5) * mpp - ring.x;
      const far = Math.sqrt(dx * dx + dy * dy);
      if (far > reach) continue;
      const rim = far === 0 ? 1 : rimAt(ring, dx / far, dy / far);
      const inside = ring.radiusUm * rim - far;
      if (inside < -3) continue;
      // A thin pink membrane, then the cells' bodies.
      const body = Math.min(1, (inside + 3) / 4);
      const pink = inside < 1 ? 74 : far < ring.deadUm * rim ? 92 : 44;
      const violet = inside < 1 ? 6 : far < ring.deadUm * rim ? 8 : 19;
      const open = ring.stuffed ? openAt(ring, dx + ring.x, dy + ring.y) : lumenAt(ring, far / rim);
      const eosin = canvas.eosin[at]!;
      const haem = canvas.haem[at]!;
      canvas.eosin[at] = eosin + (pink * (1 - open) + 6 * open - eosin) * body;
      canvas.haem[at] = haem + (violet * (1 - open) - haem) * body;
    }
  }
}

const lumenAt = ({ lumens }: Ring, far: number): number => {
  const [lumen] = lumens;
  return lumen === undefined ? 0 : Math.min(1, Math.max(0, (lumen.radiusUm - far) / 3 + 0.5));
};

function openAt({ lumens }: Ring, x: number, y: number): number {
  let open = 0;
  for (const lumen of lumens) {
    const inside = lumen.radiusUm - Math.hypot(x - lumen.x, y - lumen.y);
    open = Math.max(open, Math.min(1, Math.max(0, inside / 3 + 0.5)));
  }
  return open;
}

const INNER_UM = 6.4;
const OUTER_UM = 11;

function layNuclei(canvas: DyeCanvas, ring: Ring, nuclei: NucleusStamps): void {
  const draws = drawsOf(ring.seed, 5);
  const lumenUm = ring.lumens[0]?.radiusUm ?? 0;
  const layers = ring.stuffed ? [] : rowsOfNuclei(lumenUm, ring.radiusUm);
  for (const radius of layers) {
    const count = Math.max(3, Math.round((radius * Math.PI * 2) / INNER_UM));
    for (let i = 0; i < count; i++) {
      const turn = ((i + draws.between(-0.25, 0.25)) / count) * Math.PI * 2;
      // Inner nuclei stand upright on the membrane.
      layAt(canvas, ring, { radius: radius + draws.between(-1.2, 1.2), turn, lean: 0, stamps: nuclei.gland, draws });
    }
  }
  if (ring.stuffed) layStuffing(canvas, ring, nuclei);
  const outer = Math.round(((ring.radiusUm - 1) * Math.PI * 2) / OUTER_UM);
  for (let i = 0; i < outer; i++) {
    const turn = ((i + draws.between(-0.35, 0.35)) / outer) * Math.PI * 2;
    layAt(canvas, ring, { radius: ring.radiusUm - 1, turn, lean: Math.PI / 2, stamps: nuclei.flat, draws });
  }
}

/** Radii of the rows of nuclei between lumen and rim: one or two, or as many as fit where there is hardly a lumen. */
function rowsOfNuclei(lumenUm: number, radiusUm: number): number[] {
  const rows: number[] = [];
  for (let radius = radiusUm - 6.5; radius > lumenUm + 3; radius -= 7.2) rows.push(radius);
  return rows.slice(0, 2);
}

function layAt(
  canvas: DyeCanvas,
  ring: Ring,
  nucleus: {
    radius: number;
    turn: number;
    lean: number;
    stamps: NucleusStamps['gland'];
    draws: ReturnType<typeof drawsOf>;
  },
): void {
  const { turn, draws } = nucleus;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const radius = nucleus.radius * rimAt(ring, cos, sin);
  const place = { x: ring.x + radius * cos, y: ring.y + radius * sin, angle: turn + nucleus.lean };
  layStamp(canvas, nucleus.stamps, { ...place, pick: draws.unit(), strength: draws.unit() });
}

const STUFFED_UM = 7.8;

/** Even nuclei close together, none in the lumens; crumbs of dead ones in the middle. */
function layStuffing(canvas: DyeCanvas, ring: Ring, nuclei: NucleusStamps): void {
  const draws = drawsOf(ring.seed, 6);
  const steps = Math.ceil((ring.radiusUm * 1.3) / STUFFED_UM);
  for (let row = -steps; row <= steps; row++) {
    for (let column = -steps; column <= steps; column++) {
      const x = ring.x + (column + (row & 1) * 0.5 + draws.between(-0.3, 0.3)) * STUFFED_UM;
      const y = ring.y + (row + draws.between(-0.3, 0.3)) * STUFFED_UM * 0.9;
      const look = { x, y, angle: draws.unit() * Math.PI, pick: draws.unit(), strength: draws.unit() };
      const far = Math.hypot(x - ring.x, y - ring.y);
      const rim = far === 0 ? 1 : rimAt(ring, (x - ring.x) / far, (y - ring.y) / far);
      if (far > ring.radiusUm * rim - 4 || openAt(ring, x, y) > 0.2) continue;
      if (far < ring.deadUm * rim) {
        if (look.pick < 0.35) layStamp(canvas, nuclei.crumb, look);
      } else layStamp(canvas, nuclei.gland, look);
    }
  }
}
