import { FAILED_COLOUR, GLASS_COLOUR, type Rgb, scoreColour } from '../domain/colour-map.ts';
import { drawText, textWidth } from './draw-text.ts';
import { FAINT, INK } from './ink.ts';

/** What a picture shows and has to be explained. */
type LegendKind = 'scores' | 'outline' | 'failed' | 'glass';

export interface LegendItem {
  readonly kind: LegendKind;
  readonly label: string;
}

/** The outline's colour, QuPath's for tumour. */
export const OUTLINE_COLOUR: Rgb = [200, 0, 0];

export const LEGEND_HEIGHT_PX = 44;
const CAP_PX = 9;
const SWATCH_PX = 16;
const RAMP_PX = 180;
const GAP_PX = 10;
const BETWEEN_PX = 30;

const css = ([red, green, blue]: Rgb): string => `rgb(${red},${green},${blue})`;
const square = (x: number, y: number, fill: string): string =>
  `<rect x="${x}" y="${y}" width="${SWATCH_PX}" height="${SWATCH_PX}" rx="2" fill="${fill}" stroke="#9aa1b0" stroke-width="1"/>`;

/** Width and drawing of each kind's sign, its upper left corner at (x, y). */
const SIGNS: Record<LegendKind, { widthPx: number; readonly draw: (x: number, y: number) => string }> = {
  scores: { widthPx: RAMP_PX, draw: drawRamp },
  glass: { widthPx: SWATCH_PX, draw: (x, y) => square(x, y, css(GLASS_COLOUR)) },
  failed: {
    widthPx: SWATCH_PX,
    draw: (x, y) => {
      const stripes = `M${x + 1} ${y + 9}L${x + 9} ${y + 1}M${x + 1} ${y + 15}L${x + 15} ${y + 1}M${x + 7} ${y + 15}L${x + 15} ${y + 7}`;
      return `${square(x, y, '#ffffff')}<path d="${stripes}" stroke="${css(FAILED_COLOUR)}" stroke-width="2.6"/>`;
    },
  },
  outline: {
    widthPx: SWATCH_PX + 8,
    draw: (x, y) => {
      const wave = `M${x} ${y + 11}C${x + 7} ${y - 2} ${x + 15} ${y + 18} ${x + 24} ${y + 5}`;
      return `<path d="${wave}" fill="none" stroke="${css(OUTLINE_COLOUR)}" stroke-width="3" stroke-linecap="round"/>`;
    },
  },
};

/** The colours from 0 to 1 with three marks. */
function drawRamp(x: number, y: number): string {
  const strips = Array.from({ length: RAMP_PX / 2 }, (_, step) => {
    const colour = css(scoreColour((step + 0.5) / (RAMP_PX / 2)));
    return `<rect x="${x + step * 2}" y="${y}" width="2.2" height="${SWATCH_PX}" fill="${colour}"/>`;
  });
  const marks = ['0', '0.5', '1'].map((label, index) => {
    const at = x + (index * RAMP_PX) / 2;
    const text = drawText(
      label,
      { x: at - textWidth(label, CAP_PX) / 2, y: y + SWATCH_PX + 16 },
      { capPx: 8, colour: FAINT },
    );
    return `<path d="M${at} ${y + SWATCH_PX}v3" stroke="${FAINT}"/>${text}`;
  });
  return strips.join('') + marks.join('');
}

const itemWidth = ({ kind, label }: LegendItem): number => SIGNS[kind].widthPx + GAP_PX + textWidth(label, CAP_PX);

export const legendWidth = (items: readonly LegendItem[]): number =>
  Math.ceil(items.reduce((width, item) => width + itemWidth(item), Math.max(0, items.length - 1) * BETWEEN_PX));

/** All items in a row from the upper left corner (x, y). */
export function drawLegend(items: readonly LegendItem[], { x, y }: { x: number; y: number }): string {
  let pen = x;
  return items
    .map((item) => {
      const { widthPx, draw } = SIGNS[item.kind];
      const text = drawText(
        item.label,
        { x: pen + widthPx + GAP_PX, y: y + SWATCH_PX - 3.5 },
        { capPx: CAP_PX, colour: INK },
      );
      const drawn = draw(pen, y) + text;
      pen += itemWidth(item) + BETWEEN_PX;
      return drawn;
    })
    .join('');
}
