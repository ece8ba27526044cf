import { drawText } from './draw-text.ts';
import { INK } from './ink.ts';

export interface ScaleBar {
  readonly widthPx: number;
  readonly label: string;
}

const UM_PER_MM = 1_000;
/** About this share of the picture's width. */
const SHARE = 0.18;
const CAP_PX = 10.5;

/** The roundest length (1, 2 or 5 times a power of ten) that is no longer than its share of the picture. */
export function scaleBarOf(pictureWidthPx: number, umPerPx: number): ScaleBar {
  const longestUm = pictureWidthPx * umPerPx * SHARE;
  const power = 10 ** Math.floor(Math.log10(longestUm));
  const lengthUm = ([5, 2, 1].find((step) => step * power <= longestUm) ?? 1) * power;
  return { widthPx: lengthUm / umPerPx, label: `${Number((lengthUm / UM_PER_MM).toPrecision(1))} mm` };
}

/** The bar at the upper left corner (x, y), its length beside it. */
export function drawScaleBar({ widthPx, label }: ScaleBar, { x, y }: { x: number; y: number }): string {
  const ends = `M${x} ${y + 2}v10M${x + widthPx} ${y + 2}v10M${x} ${y + 7}h${widthPx}`;
  const bar = `<path d="${ends}" fill="none" stroke="${INK}" stroke-width="2.5" stroke-linecap="square"/>`;
  return bar + drawText(label, { x: x + widthPx + 12, y: y + 12.5 }, { capPx: CAP_PX, colour: INK });
}
