import { type Draws, drawsOf } from './draws.ts';
import type { DyeCanvas } from './dye-canvas.ts';

/** How the nuclei of one kind look; lengths in um, dyes in the canvas's units. */
export interface NucleusKind {
  readonly radiusUm: readonly [number, number];
  /** Long axis over short axis. */
  readonly stretch: readonly [number, number];
  /** Share of the radius by which the outline wavers. */
  readonly wavy: number;
  readonly haem: readonly [number, number];
  /** 0 to 1: how clumped the chromatin is. */
  readonly clumped: number;
  /** Dark spots in it. */
  readonly nucleoli: number;
}

/** A small picture of a nucleus, to be laid on the canvas. */
interface Stamp {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 0 to 255. */
  readonly cover: Uint8Array;
  readonly haem: Uint8Array;
}

/** Stamps of one kind, `TURNS` angles and `VARIANTS` of each. */
export interface StampSet {
  readonly stamps: readonly Stamp[];
  /** No stamp reaches further from its centre. */
  readonly reachUm: number;
}

const TURNS = 16;
const VARIANTS = 4;

export function cutStamps(kind: NucleusKind, options: { mpp: number; softUm: number; seed: number }): StampSet {
  const draws = drawsOf(options.seed, 71);
  const stamps = Array.from({ length: TURNS * VARIANTS }, (_, index) => {
    const angle = ((index % TURNS) / TURNS) * Math.PI;
    return cutStamp(kind, draws, angle, options);
  });
  const reachPx = Math.max(...stamps.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx))) / 2 + 1;
  return { stamps, reachUm: reachPx * options.mpp };
}

function cutStamp(
  kind: NucleusKind,
  draws: Draws,
  angle: number,
  { mpp, softUm }: { mpp: number; softUm: number },
): Stamp {
  const radius = draws.between(...kind.radiusUm) / mpp;
  const stretch = draws.between(...kind.stretch);
  const long = radius * Math.sqrt(stretch);
  const short = radius / Math.sqrt(stretch);
  const haem = draws.between(...kind.haem);
  const waves = [2, 3, 5].map((turns) => ({
    turns,
    size: (kind.wavy * draws.unit() * 2) / turns,
    phase: draws.unit() * 7,
  }));
  const spots = Array.from({ length: kind.nucleoli }, () => ({ at: 0.5 * draws.unit(), turn: draws.unit() * 7 }));
  const clumps = Array.from({ length: 5 }, () => ({ at: 0.25 + 0.6 * draws.unit(), turn: draws.unit() * 7 }));
  const softPx = Math.max(0.5, softUm / mpp);
  const reach = Math.ceil(long * 1.25 + softPx);
  const side = reach * 2 + 1;
  const stamp = {
    widthPx: side,
    heightPx: side,
    cover: new Uint8Array(side * side),
    haem: new Uint8Array(side * side),
  };
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  // A nucleus smaller than a pixel darkens it by its area only.
  const share = Math.min(1, Math.PI * long * short);
  for (let index = 0; index < side * side; index++) {
    const x = (index % side) - reach;
    const y = Math.floor(index / side) - reach;
    const along = (x * cos + y * sin) / long;
    const across = (y * cos - x * sin) / short;
    const turn = Math.atan2(across, along);
    const rim = waves.reduce((sum, wave) => sum + wave.size * Math.cos(wave.turns * turn + wave.phase), 1);
    const from = Math.hypot(along, across) / rim;
    const cover = Math.min(1, Math.max(0, ((1 - from) * short) / (2 * softPx) + 0.5));
    if (cover === 0) continue;
    const near = (spot: { at: number; turn: number }): number =>
      Math.exp(-((along - spot.at * Math.cos(spot.turn)) ** 2 + (across - spot.at * Math.sin(spot.turn)) ** 2) / 0.035);
    const clumped = clumps.reduce((sum, clump) => sum + near(clump), 0) - 0.35 + 0.5 * Math.max(0, from - 0.55);
    const nucleolus = spots.reduce((sum, spot) => sum + near(spot), 0);
    stamp.cover[index] = 255 * cover * share * 0.94;
    stamp.haem[index] = Math.min(235, haem * (1 + 0.55 * kind.clumped * clumped + 0.5 * nucleolus));
  }
  return stamp;
}

/** Lays one nucleus on the rows of the canvas, to the nearest whole pixel. `pick` and `strength` choose its look, 0 to 1 each. */
export function layStamp(
  canvas: DyeCanvas,
  { stamps }: StampSet,
  nucleus: { x: number; y: number; angle: number; pick: number; strength: number },
): void {
  const turn = Math.round((nucleus.angle / Math.PI) * TURNS + TURNS * 4) % TURNS;
  const stamp = stamps[turn + TURNS * Math.floor(nucleus.pick * VARIANTS)]!;
  const { widthPx, heightPx, cover, haem } = stamp;
  const left = Math.floor(nucleus.x / canvas.mpp) - (widthPx >> 1);
  const top = Math.floor(nucleus.y / canvas.mpp) - (heightPx >> 1) - canvas.top;
  const firstX = Math.max(0, -left);
  const lastX = Math.min(widthPx, canvas.widthPx - left);
  const lastY = Math.min(heightPx, canvas.rows - top);
  const strength = Math.round(256 * (0.82 + 0.36 * nucleus.strength));
  for (let y = Math.max(0, -top); y < lastY; y++) {
    let from = y * widthPx + firstX;
    let to = (top + y) * canvas.widthPx + left + firstX;
    for (let x = firstX; x < lastX; x++, from++, to++) {
      const share = cover[from]!;
      if (share === 0) continue;
      const under = canvas.haem[to]!;
      const eosin = canvas.eosin[to]!;
      const tone = Math.min(255, (haem[from]! * strength) >> 8);
      canvas.haem[to] = under + (((tone - under) * share) >> 8);
      canvas.eosin[to] = eosin - ((eosin * share) >> 9);
    }
  }
}
