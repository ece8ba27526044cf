import { countSet } from './count-set.ts';
import { H2gError } from './error.ts';
import { cellIndex, roundHalfUp, type Cell, type Grid, type Size } from './geometry.ts';
import type { BinaryImage, RgbImage } from './image.ts';
import { planeSize } from './level.ts';
import { close, disk, square } from './morphology.ts';
import { otsuThreshold } from './otsu.ts';
import type { TissueMethod } from './run-spec.ts';

/** um/px of the mask plane, where tissue is found. */
export const MASK_PLANE_MPP = 8;
/** Pixels that the mask plane may have: 8,590 mm² of glass, twice the largest slides. All of it is held in memory. */
const MOST_PLANE_PIXELS = 2 ** 27;

/** The mask plane of a slide. @throws H2gError `slide-too-large` */
export function maskPlaneOf(slide: Size & { readonly name: string }, mpp: number): Size {
  const plane = planeSize(slide, mpp, MASK_PLANE_MPP);
  if (plane.widthPx * plane.heightPx <= MOST_PLANE_PIXELS) return plane;
  const [widthMm, heightMm] = [slide.widthPx, slide.heightPx].map((px) => Math.round((px * mpp) / 1_000));
  throw new H2gError({
    code: 'slide-too-large',
    message: `${slide.name} measures ${widthMm} x ${heightMm} mm at ${mpp} um/px; at most ${Math.round(areaMm2Of(MOST_PLANE_PIXELS))} mm² are accepted.`,
    hint: 'No glass slide is so large: the scale is probably wrong. Give the right one with --mpp.',
  });
}

const areaMm2Of = (pixels: number): number => (pixels * MASK_PLANE_MPP ** 2) / 1e6;

/** A cell is analysed if at least this share of its area is tissue. */
export const TISSUE_SHARE = 0.5;

/** Euclidean distance from white in RGB, as FAST's tissue segmentation has it. */
const DISTANCE_FROM_WHITE = 85;

const METHODS: Record<TissueMethod, (image: RgbImage) => BinaryImage> = {
  distance: (image) => close(farFromWhite(image), square(4)),
  otsu: (image) => close(close(saturated(image), disk(5)), disk(3)),
};

/** Finds tissue on the mask plane (8 um/px). */
export const findTissue = (image: RgbImage, method: TissueMethod): BinaryImage => METHODS[method](image);

/** Far from white, and not pure black: scanners fill what they did not scan with black. */
function farFromWhite({ widthPx, heightPx, data: rgb }: RgbImage): BinaryImage {
  const data = new Uint8Array(widthPx * heightPx);
  for (let i = 0, p = 0; i < data.length; i++, p += 3) {
    const r = rgb[p]!;
    const g = rgb[p + 1]!;
    const b = rgb[p + 2]!;
    const distance2 = (255 - r) * (255 - r) + (255 - g) * (255 - g) + (255 - b) * (255 - b);
    if (distance2 > DISTANCE_FROM_WHITE ** 2 && (r | g | b) !== 0) data[i] = 1;
  }
  return { widthPx, heightPx, data };
}

/** HSV saturation over Otsu's threshold. */
function saturated({ widthPx, heightPx, data: rgb }: RgbImage): BinaryImage {
  const saturation = new Uint8Array(widthPx * heightPx);
  const histogram = new Uint32Array(256);
  for (let i = 0, p = 0; i < saturation.length; i++, p += 3) {
    const [r = 0, g = 0, b = 0] = [rgb[p], rgb[p + 1], rgb[p + 2]];
    const high = Math.max(r, g, b);
    const value = high === 0 ? 0 : roundHalfUp((255 * (high - Math.min(r, g, b))) / high);
    saturation[i] = value;
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
  const threshold = otsuThreshold(histogram);
  return { widthPx, heightPx, data: saturation.map((value) => (value > threshold ? 1 : 0)) };
}

/**
 * Share of each cell's area that is tissue, row by row.
 * @param cellMaskPx side of a cell on the mask plane, in its pixels (fractional): cell in um / 8
 */
export function tissueShares(tissue: BinaryImage, grid: Grid, cellMaskPx: number): Float64Array {
  const shares = new Float64Array(grid.columns * grid.rows);
  for (let row = 0; row < grid.rows; row++)
    for (let column = 0; column < grid.columns; column++)
      shares[cellIndex(grid, { column, row })] = tissueIn(tissue, { column, row }, cellMaskPx) / cellMaskPx ** 2;
  return shares;
}

function tissueIn(tissue: BinaryImage, { column, row }: Cell, cellMaskPx: number): number {
  const span = (index: number, limit: number): [number, number] => [
    Math.min(limit, roundHalfUp(index * cellMaskPx)),
    Math.min(limit, roundHalfUp((index + 1) * cellMaskPx)),
  ];
  const [left, right] = span(column, tissue.widthPx);
  const [top, bottom] = span(row, tissue.heightPx);
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += tissue.data[y * tissue.widthPx + x] ?? 0;
  return sum;
}

/** Area of the set pixels, which are `planeMpp` um wide and high. */
export const areaMm2 = (image: BinaryImage, planeMpp: number): number => (countSet(image) * planeMpp ** 2) / 1e6;
