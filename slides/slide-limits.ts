import { slideError } from './slide-error.ts';

/** What a slide may ask of us at most; beyond stands a damaged header or an attack, never a slide. */
export const SLIDE_LIMITS = {
  /** The largest slides of today have 4e10 pixels. */
  pixels: { most: 2e11, unit: 'pixels in one level' },
  tiles: { most: 2 ** 24, unit: 'tiles in one level' },
  directories: { most: 1024, unit: 'directories' },
  /** Rich ones have some dozens. */
  entries: { most: 4096, unit: 'entries in one directory' },
  samples: { most: 8, unit: 'samples in one pixel' },
  tilePixels: { most: 2 ** 26, unit: 'pixels in one tile' },
  tileBytes: { most: 2 ** 27, unit: 'bytes in one compressed tile' },
  /** A tile of three or four samples a pixel may have as many pixels as above. */
  decodedBytes: { most: 2 ** 28, unit: 'bytes in one unpacked tile' },
  /** Small tiles of 16 x 16 pixels under a block of a plane are 16,384. */
  regionTiles: { most: 2 ** 17, unit: 'tiles in what is read at once' },
  /** Unpacked strips across 100,000 pixels under a batch take 300 MB. */
  regionBytes: { most: 2 ** 29, unit: 'compressed bytes in what is read at once' },
  /** OME-XML of a large series takes megabytes. */
  tagBytes: { most: 2 ** 24, unit: 'bytes in one tag' },
  /** Tile tables, which are read in parts, do not count. */
  metadataBytes: { most: 2 ** 26, unit: 'bytes in all tags together' },
} as const satisfies Record<string, { most: number; unit: string }>;

export function checkLimit(limit: keyof typeof SLIDE_LIMITS, value: number, slide: string): void {
  const { most, unit } = SLIDE_LIMITS[limit];
  if (value > most)
    throw slideError('slide-too-large', slide, `claims ${value} ${unit}; at most ${most} are accepted.`);
}
