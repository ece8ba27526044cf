import { hashSigned, hashUnit, smoothNoise } from '../random.ts';

/** Pictures that repeat without a seam, woven once for all slides; each slide turns and bends them its own way. */
export interface Textures {
  /** Wavy collagen, -127 to 127, along x. */
  readonly fibre: Int8Array;
  /** Membranes of fat cells, 0 to 255. */
  readonly fat: Uint8Array;
  /** Noise of a sensor, -127 to 127. */
  readonly noise: Int8Array;
}

/** Side of the fibre and fat textures, a power of two. */
export const TEXTURE_PX = 1024;
export const FIBRE_PX_UM = 0.5;
export const FAT_PX_UM = 0.8;
export const NOISE_PX = 512;

const SEED = 4711;
let woven: Textures | undefined;

export const textures = (): Textures => (woven ??= { fibre: weaveFibre(), fat: weaveFat(), noise: weaveNoise() });

function weaveFibre(): Int8Array {
  const fibre = new Int8Array(TEXTURE_PX * TEXTURE_PX);
  for (let index = 0; index < fibre.length; index++) {
    const x = index % TEXTURE_PX;
    const y = (index - x) / TEXTURE_PX;
    const bent = y + 5 * Math.sin((x * Math.PI * 8) / TEXTURE_PX);
    const bundle = smoothNoise(SEED, x / 128, bent / 16, TEXTURE_PX / 16);
    const strand = smoothNoise(SEED + 1, x / 64, bent / 4, TEXTURE_PX / 4);
    fibre[index] = 127 * (0.45 * bundle + 0.37 * strand + 0.18 * hashSigned(SEED + 2, x >> 1, y));
  }
  return fibre;
}

const FAT_CELLS = 12;
const WALL_PX = 3.2;

/** Each cell is what lies nearest to its centre; the wall is where two centres are about as near. */
function weaveFat(): Uint8Array {
  const cellPx = TEXTURE_PX / FAT_CELLS;
  const fat = new Uint8Array(TEXTURE_PX * TEXTURE_PX);
  for (let index = 0; index < fat.length; index++) {
    const x = index % TEXTURE_PX;
    const wall = (wallDistance(x / cellPx, (index - x) / TEXTURE_PX / cellPx) * cellPx) / WALL_PX;
    fat[index] = 255 * Math.exp(-wall * wall);
  }
  return fat;
}

/** How much nearer the nearest centre is than the next, in cells. */
function wallDistance(x: number, y: number): number {
  let nearest = Infinity;
  let second = Infinity;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const cell = ((row + FAT_CELLS) % FAT_CELLS) * FAT_CELLS + ((column + FAT_CELLS) % FAT_CELLS);
      const dx = column + 0.5 + 0.36 * hashSigned(SEED + 3, cell, 0) - x;
      const dy = row + 0.5 + 0.36 * hashSigned(SEED + 3, cell, 1) - y;
      const far = Math.sqrt(dx * dx + dy * dy);
      if (far < second) second = Math.max(far, nearest);
      if (far < nearest) nearest = far;
    }
  }
  return second - nearest;
}

function weaveNoise(): Int8Array {
  const noise = new Int8Array(NOISE_PX * NOISE_PX);
  for (let index = 0; index < noise.length; index++) {
    noise[index] = 127 * (hashUnit(SEED + 5, index, 0) + hashUnit(SEED + 5, index, 1) - 1);
  }
  return noise;
}
