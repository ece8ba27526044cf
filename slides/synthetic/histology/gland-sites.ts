import { hashUnit } from '../random.ts';
import { drawsOf } from './draws.ts';
import { type HistologySpecimen, nearestTumour, tissueDepthUm } from './plan-histology.ts';

/** What lies at a gland's place: a lobule of many small rings, a duct, or a duct that is stuffed with cells but no tumour. */
export type GlandKind = 'lobule' | 'duct' | 'stuffed';

/** Where a gland lies; lengths in um. */
export interface GlandSite {
  readonly x: number;
  readonly y: number;
  readonly radiusUm: number;
  readonly kind: GlandKind;
  readonly seed: number;
}

const SPACING_UM = 560;
const MAX_RADIUS_UM = 260;
const RADIUS: Record<GlandKind, readonly [number, number]> = {
  lobule: [110, 240],
  duct: [50, 130],
  stuffed: [80, 190],
};

/** The glands that reach into the rows between two heights; always in the same order. */
export function sitesBetween(
  specimen: HistologySpecimen,
  { fromUm, toUm }: { fromUm: number; toUm: number },
): GlandSite[] {
  const found: GlandSite[] = [];
  const first = Math.floor((fromUm - MAX_RADIUS_UM) / SPACING_UM) - 1;
  const last = Math.ceil((toUm + MAX_RADIUS_UM) / SPACING_UM);
  const columns = Math.ceil(specimen.widthUm / SPACING_UM);
  for (let row = first; row <= last; row++) {
    for (let column = -1; column <= columns; column++) {
      const site = siteAt(specimen, column, row);
      if (site === undefined || site.y + site.radiusUm < fromUm || site.y - site.radiusUm > toUm) continue;
      found.push(site);
    }
  }
  return found;
}

function siteAt(specimen: HistologySpecimen, column: number, row: number): GlandSite | undefined {
  const seed = specimen.seed + 51;
  if (hashUnit(seed, column, row) >= specimen.glands) return undefined;
  const draws = drawsOf(Math.floor(hashUnit(seed + 1, column, row) * 2 ** 31), 1);
  const x = (column + draws.between(0.2, 0.8)) * SPACING_UM;
  const y = (row + draws.between(0.2, 0.8)) * SPACING_UM;
  const kind = draws.unit();
  const chosen: GlandKind = kind < 0.56 ? 'lobule' : kind < 0.8 ? 'duct' : 'stuffed';
  const [small, large] = RADIUS[chosen];
  const radiusUm = draws.between(small, large);
  if (tissueDepthUm(specimen, x, y) < radiusUm * 0.7) return undefined;
  if (nearestTumour(specimen, x, y).depth > -radiusUm - 20) return undefined;
  return { x, y, radiusUm, kind: chosen, seed: Math.floor(draws.unit() * 2 ** 31) };
}

/** um in the nearest of these, below zero outside all. */
export function glandDepthUm(sites: readonly GlandSite[], x: number, y: number): number {
  let depth = -1_000;
  for (const site of sites) depth = Math.max(depth, site.radiusUm + 12 - Math.hypot(x - site.x, y - site.y));
  return depth;
}
