import type { Size } from '../../domain/geometry.ts';
import type { TilePaint } from '../tile-decoder.ts';

/** The part of a tile that lies on canvas and slide, in pixels of the tile; `right` and `bottom` are the first outside. */
export interface VisiblePart {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function visiblePart({ canvas, x, y, inside }: Pick<TilePaint, 'canvas' | 'x' | 'y' | 'inside'>): VisiblePart {
  return {
    left: Math.max(0, -x),
    top: Math.max(0, -y),
    right: Math.min(inside.widthPx, canvas.widthPx - x),
    bottom: Math.min(inside.heightPx, canvas.heightPx - y),
  };
}

export const isWhole = ({ left, top, right, bottom }: VisiblePart, { widthPx, heightPx }: Size): boolean =>
  left === 0 && top === 0 && right === widthPx && bottom === heightPx;

/** The heights a tile may decode to: its own, and for the last strip of a picture also that of the others. */
export const allowedHeights = ({ tile, tileSize }: Pick<TilePaint, 'tile' | 'tileSize'>): readonly number[] => [
  tile.heightPx,
  tileSize.heightPx,
];
