import type { Size } from '../../../domain/geometry.ts';
import type { Strip } from '../paint-ground.ts';
import type { SlideFacts } from '../synthetic-layout.ts';
import type { SpecimenPainter } from '../specimen-painter.ts';
import { blurAreas, blurHaloPx } from './defocus.ts';
import { develop, planScan, type Scan } from './develop.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import { foldTissue } from './fold-tissue.ts';
import { markGlass } from './mark-glass.ts';
import { cutNuclei, type NucleusStamps } from './nuclei.ts';
import { paintGlands } from './paint-glands.ts';
import { paintTissue } from './paint-tissue.ts';
import { type HistologySpecimen, planHistology } from './plan-histology.ts';
import { scatterNuclei } from './scatter-nuclei.ts';
import { textures } from './textures.ts';
import { outlineTumour, sampleOutline, workOutFields } from './tissue-fields.ts';

/** Stamps of nuclei and of dirt reach no further from their centre. */
const REACH_UM = 70;

/** Paints the specimen that looks like a breast section, with all that makes one hard to read. */
export class HistologyPainter implements SpecimenPainter {
  readonly jpegQuality: number;
  private readonly facts: SlideFacts;
  private readonly specimen: HistologySpecimen;
  private readonly scan: Scan;
  private readonly nuclei: NucleusStamps;

  constructor(facts: SlideFacts) {
    const { widthPx, heightPx, mpp, seed } = facts;
    this.facts = facts;
    this.specimen = planHistology({ widthUm: widthPx * mpp, heightUm: heightPx * mpp, seed });
    this.scan = planScan(this.specimen.seed);
    this.jpegQuality = this.scan.jpegQuality;
    const { grade, seed: mixed } = this.specimen;
    this.nuclei = cutNuclei({ grade, mpp, softUm: this.scan.softUm, seed: mixed });
  }

  paintStrip(strip: Strip): void {
    const { specimen, scan } = this;
    const { mpp } = this.facts;
    const canvas = this.canvasOver(strip);
    const fromUm = canvas.top * mpp - REACH_UM;
    const toUm = (canvas.top + canvas.rows) * mpp + REACH_UM;
    const fields = workOutFields(specimen, { fromUm, toUm });
    paintTissue(canvas, fields, { textures: textures(), specimen });
    scatterNuclei(canvas, { specimen, fields, nuclei: this.nuclei });
    paintGlands(canvas, { specimen, nuclei: this.nuclei });
    foldTissue(canvas, specimen.artefacts.folds, specimen.seed);
    blurAreas(canvas, specimen.artefacts.blurs);
    develop(canvas, strip, { scan, textures: textures() });
    markGlass(strip, { specimen, mpp });
  }

  truthRows(plane: Size, { top, rows }: { top: number; rows: number }): Uint8Array {
    const pixelX = this.specimen.widthUm / plane.widthPx;
    const pixelY = this.specimen.heightUm / plane.heightPx;
    const outline = outlineTumour(this.specimen, { fromUm: top * pixelY, toUm: (top + rows) * pixelY });
    const truth = new Uint8Array(plane.widthPx * rows);
    for (let row = 0; row < rows; row++) {
      sampleOutline(outline, {
        y: (top + row + 0.5) * pixelY,
        pixelX,
        into: truth.subarray(row * plane.widthPx, (row + 1) * plane.widthPx),
      });
    }
    return truth;
  }

  /** A blank canvas over the strip and as many rows beside it as decide about its pixels. */
  private canvasOver({ top, rows, widthPx }: Strip): DyeCanvas {
    const { mpp, heightPx } = this.facts;
    const halo = blurHaloPx(this.specimen.artefacts.blurs, { top, rows, mpp });
    const first = Math.max(0, top - halo);
    const count = Math.min(heightPx, top + rows + halo) - first;
    const dye = (): Uint8Array => new Uint8Array(widthPx * count);
    return { haem: dye(), eosin: dye(), widthPx, top: first, rows: count, mpp };
  }
}
