import { slideError } from './slide-error.ts';

/** What a slide may ask of us at most; beyond stands a damaged header or an attack, never a slide. */
export const SLIDE_LIMITS = {
  /** The largest slides of today have 4e10 pixels. */
  pixels: { most: 2e11, unit: 'pixels in one level' },
  tiles: { most: 2 ** 24, unit: 'tiles in one level' },
  directories: { most: 1024, unit: 'directories' },
  tilePixels: { most: 2 ** 26, unit: 'pixels in one tile' },
  tileBytes: { most: 2 ** 27, unit: 'bytes in one compressed tile' },
  /** OME-XML of a large series takes megabytes. */
  tagBytes: { most: 2 ** 24, unit: 'bytes in one tag' },
} as const satisfies Record<string, { most: number; unit: string }>;

export function checkLimit(limit: keyof typeof SLIDE_LIMITS, value: number, slide: string): void {
  const { most, unit } = SLIDE_LIMITS[limit];
  if (value > most)
    throw slideError('slide-too-large', slide, `claims ${value} ${unit}; at most ${most} are accepted.`);
}
