import sharp from 'sharp';
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
  const size = { width: innerPx + 2 * MARGIN_PX, height: HEADER_PX + picture.heightPx + FOOTER_PX };
  const footerY = HEADER_PX + picture.heightPx + 22;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">`,
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
    `<rect x="${left - 0.5}" y="${HEADER_PX - 0.5}" width="${picture.widthPx + 1}" height="${picture.heightPx + 1}" fill="none" stroke="#c9cdd6"/>`,
    drawScaleBar(bar, { x: MARGIN_PX, y: footerY }),
    drawLegend(legend, { x: MARGIN_PX + innerPx - legendWidth(legend), y: footerY }),
    '</svg>',
  ].join('');
  const raw = { width: picture.widthPx, height: picture.heightPx, channels: 3 } as const;
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite([
      { input: Buffer.from(picture.data), raw, left, top: HEADER_PX },
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}
