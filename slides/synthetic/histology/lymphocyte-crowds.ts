import { hashUnit } from '../random.ts';
import { drawsOf } from './draws.ts';
import { type HistologySpecimen, nearestTumour, tissueDepthUm } from './plan-histology.ts';
import { type Blob, blobDepthUm, drawBlob } from './shapes.ts';

/** A place crowded with lymphocytes, up to the size of a small tumour; lengths in um. */
interface Crowd extends Blob {
  readonly radiusUm: number;
}

const SPACING_UM = 580;
const MAX_RADIUS_UM = 400;

/** The crowds that reach into the rows between two heights; always in the same order. */
export function crowdsBetween(
  specimen: HistologySpecimen,
  { fromUm, toUm }: { fromUm: number; toUm: number },
): Crowd[] {
  const found: Crowd[] = [];
  const first = Math.floor((fromUm - MAX_RADIUS_UM) / SPACING_UM) - 1;
  const last = Math.ceil((toUm + MAX_RADIUS_UM) / SPACING_UM);
  const columns = Math.ceil(specimen.widthUm / SPACING_UM);
  for (let row = first; row <= last; row++) {
    for (let column = -1; column <= columns; column++) {
      const crowd = crowdAt(specimen, column, row);
      if (crowd !== undefined && crowd.y + crowd.radiusUm >= fromUm && crowd.y - crowd.radiusUm <= toUm)
        found.push(crowd);
    }
  }
  return found;
}

function crowdAt(specimen: HistologySpecimen, column: number, row: number): Crowd | undefined {
  const seed = specimen.seed + 61;
  if (hashUnit(seed, column, row) >= specimen.lymphocytes) return undefined;
  const draws = drawsOf(Math.floor(hashUnit(seed + 1, column, row) * 2 ** 31), 2);
  const place = { x: (column + draws.between(0.1, 0.9)) * SPACING_UM, y: (row + draws.between(0.1, 0.9)) * SPACING_UM };
  const small = draws.between(50, 130);
  const radius = draws.chance(0.3) ? small * 2.2 : small;
  if (tissueDepthUm(specimen, place.x, place.y) < 30) return undefined;
  // Few lie in a tumour; many at its border.
  if (nearestTumour(specimen, place.x, place.y).depth > 60 && draws.chance(0.7)) return undefined;
  const blob = drawBlob(
    draws,
    place,
    { x: Math.min(300, radius * draws.between(1, 2)), y: Math.min(220, radius) },
    0.45,
  );
  return { ...blob, radiusUm: Math.max(blob.radiusX, blob.radiusY) * 1.3 };
}

/** um in the nearest of these, below zero outside all. */
export function crowdDepthUm(crowds: readonly Crowd[], x: number, y: number): number {
  let depth = -1_000;
  for (const crowd of crowds) depth = Math.max(depth, blobDepthUm(crowd, x, y));
  return depth;
}
