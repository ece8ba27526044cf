import sharp from 'sharp';
import { drawText, fitText, textWidth } from './draw-text.ts';
import { FAINT, INK } from './ink.ts';

export interface EvaluationPlot {
  /** One column each; values from 0 to 1. */
  readonly methods: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly title: string;
  readonly subtitle: string;
}

const COLUMN_PX = 132;
const PLOT_PX = 420;
const LEFT_PX = 72;
const RIGHT_PX = 32;
const TOP_PX = 92;
const BOTTOM_PX = 70;
const BOX_PX = 54;
const NARROWEST_PX = 520;
const TITLE_CAP_PX = 15;
const CAP_PX = 10.5;
const BOX_COLOUR = '#dbe6f5';
const LINE_COLOUR = '#35619e';
const POINT_COLOUR = '#c2410c';
const GRID_COLOUR = '#e4e7ee';

/**
 * A box and a dot a slide for each method, as PNG. The box goes from the first quartile to the third with a line at the median, whiskers reach the
 * furthest value within one and a half box lengths (Tukey's), a diamond is the mean. The axis goes from 0 to 1, whatever the values.
 */
export function drawEvaluationPlot({ methods, title, subtitle }: EvaluationPlot): Promise<Uint8Array> {
  const width = Math.max(NARROWEST_PX, LEFT_PX + methods.length * COLUMN_PX + RIGHT_PX);
  const height = TOP_PX + PLOT_PX + BOTTOM_PX;
  const columnPx = (width - LEFT_PX - RIGHT_PX) / Math.max(1, methods.length);
  const centre = (index: number): number => LEFT_PX + columnPx * (index + 0.5);
  const inner = width - LEFT_PX - RIGHT_PX;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    drawText(
      fitText(title, TITLE_CAP_PX, inner),
      { x: LEFT_PX, y: 38 },
      { capPx: TITLE_CAP_PX, colour: INK, weight: 1.35 },
    ),
    drawText(fitText(subtitle, CAP_PX, inner), { x: LEFT_PX, y: 62 }, { capPx: CAP_PX, colour: FAINT }),
    drawAxis(width),
    ...methods.map(({ values }, index) => drawColumn(values, centre(index))),
    ...methods.map(({ name, values }, index) => drawLabels(name, values, { centre: centre(index), columnPx })),
    '</svg>',
  ].join('');
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

const yOf = (value: number): number => TOP_PX + (1 - Math.min(1, Math.max(0, value))) * PLOT_PX;
const round = (value: number): number => Math.round(value * 100) / 100;

function drawAxis(width: number): string {
  const lines = Array.from({ length: 11 }, (_, i) => {
    const y = yOf(i / 10);
    const label = (i / 10).toFixed(1);
    const text = drawText(
      label,
      { x: LEFT_PX - 12 - textWidth(label, CAP_PX), y: y + CAP_PX / 2 },
      { capPx: CAP_PX, colour: FAINT },
    );
    return `<path d="M${LEFT_PX} ${y}H${width - RIGHT_PX}" stroke="${i === 0 ? FAINT : GRID_COLOUR}"/>${i % 2 === 0 ? text : ''}`;
  });
  return lines.join('');
}

function drawColumn(values: readonly number[], centre: number): string {
  if (values.length === 0) return '';
  const sorted = values.toSorted((a, b) => a - b);
  const dots = sorted.map((value, i) => {
    // Side by side in the order of a golden-ratio walk, so that the same values give the same picture.
    const x = centre + (((i * 0.618034) % 1) - 0.5) * BOX_PX * 0.7;
    return `<circle cx="${round(x)}" cy="${round(yOf(value))}" r="3" fill="${POINT_COLOUR}" fill-opacity="0.65"/>`;
  });
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return [...(sorted.length < 2 ? [] : [drawBox(sorted, centre)]), ...dots, drawMean(centre, yOf(mean))].join('');
}

function drawBox(sorted: readonly number[], centre: number): string {
  const [low, middle, high] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (high - low);
  const bottom = sorted.find((value) => value >= low - reach) ?? low;
  const top = sorted.findLast((value) => value <= high + reach) ?? high;
  const left = centre - BOX_PX / 2;
  const [yLow, yMiddle, yHigh] = [yOf(low), yOf(middle), yOf(high)].map(round);
  return [
    `<path d="M${centre} ${round(yOf(bottom))}V${yLow}M${centre} ${yHigh}V${round(yOf(top))}" stroke="${LINE_COLOUR}" stroke-width="1.5"/>`,
    `<path d="M${centre - 12} ${round(yOf(bottom))}h24M${centre - 12} ${round(yOf(top))}h24" stroke="${LINE_COLOUR}" stroke-width="1.5"/>`,
    `<rect x="${left}" y="${yHigh}" width="${BOX_PX}" height="${round((yLow ?? 0) - (yHigh ?? 0))}" fill="${BOX_COLOUR}" fill-opacity="0.8" stroke="${LINE_COLOUR}" stroke-width="1.5"/>`,
    `<path d="M${left} ${yMiddle}h${BOX_PX}" stroke="${LINE_COLOUR}" stroke-width="2.5"/>`,
  ].join('');
}

const drawMean = (x: number, y: number): string =>
  `<path d="M${round(x)} ${round(y - 6)}l6 6l-6 6l-6 -6z" fill="#ffffff" stroke="${INK}" stroke-width="1.6"/>`;

function drawLabels(
  name: string,
  values: readonly number[],
  { centre, columnPx }: { centre: number; columnPx: number },
): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const lines: readonly (readonly [text: string, colour: string])[] = [
    [fitText(name, CAP_PX, columnPx - 10), INK],
    [values.length === 0 ? 'no slide' : `mean ${mean.toFixed(3)}`, FAINT],
  ];
  return lines
    .map(([text, colour], i) =>
      drawText(
        text,
        { x: centre - textWidth(text, CAP_PX) / 2, y: TOP_PX + PLOT_PX + 26 + i * 20 },
        { capPx: CAP_PX, colour },
      ),
    )
    .join('');
}

/** NumPy's default: between two values in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? 0;
  return low + (high - low) * (place - Math.floor(place));
}
