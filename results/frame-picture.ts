import sharp, { type OverlayOptions } from 'sharp';
import type { RgbImage } from '../domain/image.ts';
import { drawText, fitText, textWidth } from './draw-text.ts';
import { drawLegend, LEGEND_HEIGHT_PX, type LegendItem, legendWidth } from './draw-legend.ts';
import { drawScaleBar, scaleBarOf } from './draw-scale-bar.ts';
import { FAINT, INK } from './ink.ts';

export interface FramedPicture {
  readonly picture: RgbImage;
  /** Size of a picture pixel in um. */
  readonly umPerPx: number;
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendItem[];
}

interface SheetSize {
  readonly width: number;
  readonly height: number;
}

const LINE_COLOUR = Buffer.of(0xc9, 0xcd, 0xd6);
const MARGIN_PX = 28;
const HEADER_PX = 78;
const FOOTER_PX = 34 + LEGEND_HEIGHT_PX;
const TITLE_CAP_PX = 15;
const SUBTITLE_CAP_PX = 10.5;
const GAP_PX = 36;

/** A picture on white with title, scale bar and legend, as PNG. Text is strokes, so no font need be installed. */
export async function framePicture(framed: FramedPicture): Promise<Uint8Array> {
  const { picture, umPerPx, legend } = framed;
  const bar = scaleBarOf(picture.widthPx, umPerPx);
  const footerPx = bar.widthPx + textWidth(bar.label, SUBTITLE_CAP_PX) + GAP_PX + legendWidth(legend);
  const innerPx = Math.max(picture.widthPx, Math.ceil(footerPx));
  const left = MARGIN_PX + Math.floor((innerPx - picture.widthPx) / 2);
  const size: SheetSize = { width: innerPx + 2 * MARGIN_PX, height: HEADER_PX + picture.heightPx + FOOTER_PX };
  const footerTop = HEADER_PX + picture.heightPx;
  const footerY = footerTop + 22;
  const header = [
    drawText(
      fitText(framed.title, TITLE_CAP_PX, innerPx),
      { x: MARGIN_PX, y: 38 },
      { capPx: TITLE_CAP_PX, colour: INK, weight: 1.35 },
    ),
    drawText(
      fitText(framed.subtitle, SUBTITLE_CAP_PX, innerPx),
      { x: MARGIN_PX, y: 61 },
      { capPx: SUBTITLE_CAP_PX, colour: FAINT },
    ),
  ];
  const footer = [
    drawScaleBar(bar, { x: MARGIN_PX, y: footerY }),
    drawLegend(legend, { x: MARGIN_PX + innerPx - legendWidth(legend), y: footerY }),
  ];
  // Only where there is text: laying drawings over the picture costs more than the picture itself.
  return sharp(mountPicture(picture, size, left), { raw: { ...size, channels: 3 } })
    .composite([
      drawStrip(header, { width: size.width, top: 0, height: HEADER_PX }),
      drawStrip(footer, { width: size.width, top: footerTop, height: FOOTER_PX }),
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}

/** The picture on a white sheet, a thin line around it. */
function mountPicture({ widthPx, heightPx, data }: RgbImage, sheet: SheetSize, left: number): Uint8Array {
  const mounted = Buffer.alloc(sheet.width * sheet.height * 3, 255);
  for (let y = -1; y <= heightPx; y++) {
    const at = ((HEADER_PX + y) * sheet.width + left) * 3;
    mounted.fill(LINE_COLOUR, at - 3, at + (widthPx + 1) * 3);
    if (y >= 0 && y < heightPx) mounted.set(data.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), at);
  }
  return mounted;
}

/** Drawings across the sheet, placed as on the whole of it. */
function drawStrip(drawn: readonly string[], { width, top, height }: SheetSize & { top: number }): OverlayOptions {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 ${top} ${width} ${height}">`;
  return { input: Buffer.from(`${svg}${drawn.join('')}</svg>`), left: 0, top };
}
