import type { Size } from '../../domain/geometry.ts';
/** How the file is laid out; the picture is the same. */
export interface SyntheticLayout {
  readonly tilePx: 240 | 256;
  /** `pyramid`: halves until the long side is at most 512 px. */
  readonly levels: 1 | 'pyramid';
  /** `aperio` states the scale as Aperio does, in the description too; `generic` by the resolution tags alone. */
  readonly description: 'aperio' | 'generic';
}

export const DEFAULT_LAYOUT: SyntheticLayout = { tilePx: 256, levels: 'pyramid', description: 'generic' };

export interface SlideFacts {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
  readonly seed: number;
}

const SMALLEST_LONG_SIDE_PX = 512;

export function levelCount({ widthPx, heightPx }: Size, levels: SyntheticLayout['levels']): number {
  if (levels === 1) return 1;
  const halvings = Math.ceil(Math.log2(Math.max(widthPx, heightPx) / SMALLEST_LONG_SIDE_PX));
  const possible = Math.floor(Math.log2(Math.min(widthPx, heightPx)));
  return 1 + Math.max(0, Math.min(halvings, possible));
}

type Describe = (slide: SlideFacts, tilePx: number, quality: number) => string;

export const DESCRIPTIONS: Record<SyntheticLayout['description'], Describe> = {
  generic: ({ seed }) => `H2G-Flow synthetic slide, seed ${seed}`,
  aperio: ({ widthPx, heightPx, mpp }, tilePx, quality) =>
    [
      'Aperio Image Library v11.2.1 (synthetic, by H2G-Flow)',
      `\r\n${widthPx}x${heightPx} [0,0 ${widthPx}x${heightPx}] (${tilePx}x${tilePx}) JPEG/YCC Q=${quality}`,
      `|AppMag = ${10 / mpp}|MPP = ${mpp}`,
    ].join(''),
};

export const JPEG_QUALITY = 80;
