import type { Size } from './geometry.ts';

/** One picture of a slide's pyramid, finest first. */
export interface SlideLevel extends Size {
  readonly index: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
}

/** What the slide itself says of its physical scale; nothing is assumed or checked here. */
export type StatedScale =
  | { readonly kind: 'mpp'; readonly x: number; readonly y: number }
  | { readonly kind: 'magnification'; readonly magnification: number }
  | { readonly kind: 'none' };

export interface SlideInfo extends Size {
  readonly url: string;
  /** The file's name as people know it, with its extension. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly version: string;
  readonly scale: StatedScale;
  /** Finest first; `levels[0]` has the slide's own size. */
  readonly levels: readonly SlideLevel[];
}
