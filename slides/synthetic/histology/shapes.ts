import type { Draws } from './draws.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A round shape with a wavy rim, turned; lengths in um. */
export interface Blob extends Point {
  readonly radiusX: number;
  readonly radiusY: number;
  readonly cos: number;
  readonly sin: number;
  /** The rim's waves, two a turn and more: how much of the radius as cosine and as sine. */
  readonly waves: readonly (readonly [cosine: number, sine: number])[];
}

/** A bent band of even width, such as a core biopsy or the stroke of a pen. */
export interface Band {
  readonly points: readonly Point[];
  readonly halfWidthUm: number;
  readonly box: Box;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Beyond this many radii the rim's waves do not matter. */
const FAR = 1.7;
const WAVES = 6;
const CLEARLY_OUTSIDE_UM = 150;

export function drawBlob(draws: Draws, place: Point, radius: { x: number; y: number }, waviness: number): Blob {
  const angle = draws.unit() * Math.PI;
  const waves = Array.from({ length: WAVES }, (_, index) => {
    const phase = draws.unit() * Math.PI * 2;
    const size = (waviness * draws.between(0.4, 1)) / (index + 2);
    return [size * Math.cos(phase), size * Math.sin(phase)] as const;
  });
  return { ...place, radiusX: radius.x, radiusY: radius.y, cos: Math.cos(angle), sin: Math.sin(angle), waves };
}

/** How deep in um a point lies inside, below zero outside; near the rim close to the distance. */
export function blobDepthUm(blob: Blob, x: number, y: number): number {
  const dx = x - blob.x;
  const dy = y - blob.y;
  const across = (dx * blob.cos + dy * blob.sin) / blob.radiusX;
  const down = (dy * blob.cos - dx * blob.sin) / blob.radiusY;
  const distance = Math.sqrt(across * across + down * down);
  const scale = Math.min(blob.radiusX, blob.radiusY);
  if (distance > FAR || distance === 0) return (1 - distance) * scale;
  const cos = across / distance;
  const sin = down / distance;
  let rim = 1;
  let waveCos = cos;
  let waveSin = sin;
  for (const [cosine, sine] of blob.waves) {
    const next = waveCos * cos - waveSin * sin;
    waveSin = waveSin * cos + waveCos * sin;
    waveCos = next;
    rim += cosine * waveCos + sine * waveSin;
  }
  return (rim - distance) * scale;
}

/** Depth inside a band, as `blobDepthUm`. */
export function bandDepthUm({ points, halfWidthUm, box }: Band, x: number, y: number): number {
  const beyond = Math.max(box.left - x, x - box.right, box.top - y, y - box.bottom);
  if (beyond > CLEARLY_OUTSIDE_UM) return -beyond;
  let nearest = Infinity;
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1]!;
    const to = points[i]!;
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
    const at = Math.min(1, Math.max(0, along));
    const beside = x - from.x - at * dx;
    const below = y - from.y - at * dy;
    nearest = Math.min(nearest, beside * beside + below * below);
  }
  return halfWidthUm - Math.sqrt(nearest);
}

/** A band that begins at `start`, heads for `angle` and wanders. */
export function drawBand(
  draws: Draws,
  start: Point,
  { angle, lengthUm, halfWidthUm, bend }: { angle: number; lengthUm: number; halfWidthUm: number; bend: number },
): Band {
  const steps = 10;
  const points = [start];
  let heading = angle;
  let turn = draws.between(-bend, bend) / steps;
  for (let i = 0; i < steps; i++) {
    turn = 0.7 * turn + (0.6 * draws.between(-bend, bend)) / steps;
    heading += turn;
    const from = points[i]!;
    points.push({
      x: from.x + (Math.cos(heading) * lengthUm) / steps,
      y: from.y + (Math.sin(heading) * lengthUm) / steps,
    });
  }
  return { points, halfWidthUm, box: boxAround(points, halfWidthUm) };
}

export const blobBox = ({ x, y, radiusX, radiusY }: Blob): Box => {
  const reach = Math.max(radiusX, radiusY) * FAR;
  return { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
};

function boxAround(points: readonly Point[], halfWidthUm: number): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    left: Math.min(...xs) - halfWidthUm,
    top: Math.min(...ys) - halfWidthUm,
    right: Math.max(...xs) + halfWidthUm,
    bottom: Math.max(...ys) + halfWidthUm,
  };
}
