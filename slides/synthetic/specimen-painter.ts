import type { Size } from '../../domain/geometry.ts';
import type { Strip } from './paint-ground.ts';

/** Paints one specimen piece by piece; what it paints does not depend on where the slide is cut into strips. */
export interface SpecimenPainter {
  readonly jpegQuality: number;
  paintStrip(strip: Strip): void;
  /** Rows of the truth, 1 in tumour, on a plane that is stretched over the slide, taken at each pixel's centre. */
  truthRows(plane: Size, rows: { top: number; rows: number }): Uint8Array;
}
