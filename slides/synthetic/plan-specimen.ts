import { hashSigned, hashUnit, smoothNoise } from './random.ts';

/** A round shape with a wavy rim; all lengths in um. */
interface Blob {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly seed: number;
}

/** What lies on the glass, in um from the slide's corner; pure data. */
export interface Specimen {
  readonly seed: number;
  readonly tissue: readonly Blob[];
  readonly tumours: readonly Blob[];
}

/** A tumour of 1 to 3 mm where there is room for it. */
const MAX_TUMOUR_RADIUS_UM = 1_300;

/** One large piece of tissue, a small one beside it, and two to four tumours in the large one. */
export function planSpecimen({
  widthUm,
  heightUm,
  seed,
}: {
  widthUm: number;
  heightUm: number;
  seed: number;
}): Specimen {
  const piece: Blob = {
    x: widthUm * 0.46,
    y: heightUm * 0.48,
    radiusX: widthUm * 0.38,
    radiusY: heightUm * 0.38,
    seed: seed + 1,
  };
  const crumb: Blob = {
    x: widthUm * 0.9,
    y: heightUm * 0.87,
    radiusX: widthUm * 0.06,
    radiusY: heightUm * 0.07,
    seed: seed + 2,
  };
  return { seed, tissue: [piece, crumb], tumours: planTumours(piece, seed) };
}

function planTumours(piece: Blob, seed: number): Blob[] {
  const room = Math.min(piece.radiusX, piece.radiusY);
  const count = room < 1_500 ? 2 : room < 4_000 ? 3 : 4;
  const turn = hashUnit(seed, 11, 0) * Math.PI * 2;
  return Array.from({ length: count }, (_, index) => {
    const angle = turn + ((index + 0.25 * hashSigned(seed, 12, index)) * Math.PI * 2) / count;
    const radius = Math.min(
      MAX_TUMOUR_RADIUS_UM,
      room * (count === 2 ? 0.4 : 0.32) * (1 + 0.25 * hashSigned(seed, 13, index)),
    );
    return {
      x: piece.x + Math.cos(angle) * piece.radiusX * 0.5,
      y: piece.y + Math.sin(angle) * piece.radiusY * 0.5,
      radiusX: radius * (1 + 0.15 * hashSigned(seed, 14, index)),
      radiusY: radius * (1 + 0.15 * hashSigned(seed, 15, index)),
      seed: seed + 100 + index,
    };
  });
}

/** How deep in um a point lies inside the nearest blob, below zero outside; near the rim this is close to the distance. */
function depthUm(blobs: readonly Blob[], x: number, y: number): number {
  let deepest = -Infinity;
  for (const { x: centreX, y: centreY, radiusX, radiusY, seed } of blobs) {
    const across = (x - centreX) / radiusX;
    const down = (y - centreY) / radiusY;
    const angle = Math.atan2(down, across);
    let rim = 1;
    for (let wave = 2; wave <= 5; wave++) {
      rim += (0.13 / wave) * Math.cos(wave * angle + hashUnit(seed, wave, 1) * Math.PI * 2);
    }
    deepest = Math.max(deepest, (rim - Math.hypot(across, down)) * Math.min(radiusX, radiusY));
  }
  return deepest;
}

/** Depth in the tissue, whose rim is frayed. */
export const tissueDepthUm = ({ tissue, seed }: Specimen, x: number, y: number): number =>
  depthUm(tissue, x, y) + 22 * smoothNoise(seed + 3, x / 70, y / 70) + 10 * smoothNoise(seed + 4, x / 24, y / 24);

/** Depth in a tumour; a tumour reaches no further than the tissue. */
export const tumourDepthUm = (specimen: Specimen, x: number, y: number): number =>
  Math.min(depthUm(specimen.tumours, x, y), tissueDepthUm(specimen, x, y));

/** Above zero where fat lies: in patches, away from tumours and from the rim. */
export const fatness = (specimen: Specimen, x: number, y: number): number =>
  depthUm(specimen.tumours, x, y) > -90 || tissueDepthUm(specimen, x, y) < 60
    ? -1
    : 0.7 * smoothNoise(specimen.seed + 5, x / 420, y / 420) +
      0.3 * smoothNoise(specimen.seed + 16, x / 130, y / 130) -
      0.3;
