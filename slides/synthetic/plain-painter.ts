import type { Size } from '../../domain/geometry.ts';
import { type Paint, type Strip, weaveFibres } from './paint-ground.ts';
import { paintStrip } from './paint-strip.ts';
import { planSpecimen, tumourDepthUm } from './plan-specimen.ts';
import type { SpecimenPainter } from './specimen-painter.ts';
import { mixStain } from './stain.ts';
import { JPEG_QUALITY, type SlideFacts } from './synthetic-layout.ts';

/** Paints the plain specimen, in which dark nuclei are the tumour. */
export class PlainPainter implements SpecimenPainter {
  readonly jpegQuality = JPEG_QUALITY;
  private readonly paint: Paint;
  private readonly widthUm: number;
  private readonly heightUm: number;

  constructor({ widthPx, heightPx, mpp, seed }: SlideFacts) {
    this.widthUm = widthPx * mpp;
    this.heightUm = heightPx * mpp;
    const specimen = planSpecimen({ widthUm: this.widthUm, heightUm: this.heightUm, seed });
    this.paint = { specimen, stain: mixStain(seed), mpp, fibres: weaveFibres(seed) };
  }

  paintStrip(strip: Strip): void {
    paintStrip(this.paint, strip);
  }

  truthRows({ widthPx, heightPx }: Size, { top, rows }: { top: number; rows: number }): Uint8Array {
    const pixelX = this.widthUm / widthPx;
    const pixelY = this.heightUm / heightPx;
    return Uint8Array.from({ length: widthPx * rows }, (_, index) => {
      const x = ((index % widthPx) + 0.5) * pixelX;
      const y = (top + Math.floor(index / widthPx) + 0.5) * pixelY;
      return tumourDepthUm(this.paint.specimen, x, y) > 0 ? 1 : 0;
    });
  }
}
