import type { Strip } from '../paint-ground.ts';
import { hashUnit } from '../random.ts';
import { type Draws, drawsOf } from './draws.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import { NOISE_PX, type Textures } from './textures.ts';

type Vector = readonly [red: number, green: number, blue: number];

/** How a laboratory stains and a scanner sees. */
export interface Scan {
  /** RGB of what `haem << 8 | eosin` of a canvas looks like, three bytes each. */
  readonly colours: Uint8Array;
  /** Half the width of an edge, in um. */
  readonly softUm: number;
  /** Grey levels of the sensor's noise. */
  readonly noise: number;
  readonly jpegQuality: number;
  readonly seed: number;
}

/** Optical density of the two dyes as Ruifrok and Johnston (2001) and Macenko et al. (2009) found them; laboratories lie between. */
const HAEM: readonly [Vector, Vector] = [
  [0.65, 0.704, 0.286],
  [0.5626, 0.7201, 0.4062],
];
const EOSIN: readonly [Vector, Vector] = [
  [0.072, 0.99, 0.105],
  [0.2159, 0.8012, 0.5581],
];
const HAEM_UNIT = 120;
const EOSIN_UNIT = 270;
/** Stray light: nothing is blacker, and noise stays above zero. */
const DARKEST = 12;

export function planScan(seed: number): Scan {
  const draws = drawsOf(seed, 6);
  const mix = (pair: readonly [Vector, Vector], from: number): Vector => {
    const share = draws.between(from, 1.15);
    const turned = (channel: 0 | 1 | 2): number =>
      Math.max(0.02, pair[0][channel] + (pair[1][channel] - pair[0][channel]) * share + draws.between(-0.035, 0.035));
    return [turned(0), turned(1), turned(2)];
  };
  const haem = mix(HAEM, -0.1);
  const eosin = mix(EOSIN, 0.25);
  const light = draws.between(236, 247);
  const glass: Vector = [light + draws.between(-3, 3), light + draws.between(-5, 1), light + draws.between(-3, 3)];
  return {
    colours: mixColours({ haem, eosin, glass, draws }),
    softUm: draws.between(0.22, 0.6),
    noise: draws.between(0.8, 3.2),
    jpegQuality: Math.round(draws.between(72, 90)),
    seed,
  };
}

/** Beer and Lambert: each dye takes its share of each light. */
function mixColours({
  haem,
  eosin,
  glass,
  draws,
}: {
  haem: Vector;
  eosin: Vector;
  glass: Vector;
  draws: Draws;
}): Uint8Array {
  const haemStrength = draws.between(0.78, 1.22) / HAEM_UNIT;
  const eosinStrength = draws.between(0.82, 1.4) / EOSIN_UNIT;
  const colours = new Uint8Array(256 * 256 * 3);
  for (let index = 0; index < 256 * 256; index++) {
    for (const channel of [0, 1, 2] as const) {
      const density = (index >> 8) * haemStrength * haem[channel] + (index & 255) * eosinStrength * eosin[channel];
      colours[index * 3 + channel] = Math.round(DARKEST + (glass[channel] - DARKEST) * 10 ** -density);
    }
  }
  return colours;
}

/** Turns dye into colour for the strip's rows of the canvas. */
export function develop(canvas: DyeCanvas, strip: Strip, { scan, textures }: { scan: Scan; textures: Textures }): void {
  const { colours } = scan;
  const { haem, eosin } = canvas;
  const { data, widthPx } = strip;
  const strength = scan.noise / 127;
  const shift = Math.floor(hashUnit(scan.seed, 97, 0) * NOISE_PX);
  for (let row = 0; row < strip.rows; row++) {
    const noiseRow = ((strip.top + row + shift) & (NOISE_PX - 1)) * NOISE_PX;
    let from = (strip.top - canvas.top + row) * widthPx;
    let to = row * widthPx * 3;
    for (let x = 0; x < widthPx; x++, from++, to += 3) {
      const colour = ((haem[from]! << 8) | eosin[from]!) * 3;
      const noise = Math.round(textures.noise[noiseRow + (x & (NOISE_PX - 1))]! * strength);
      data[to] = colours[colour]! + noise;
      data[to + 1] = colours[colour + 1]! + noise;
      data[to + 2] = colours[colour + 2]! + noise;
    }
  }
}
