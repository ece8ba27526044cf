import type { BinaryImage } from './image.ts';
import { closeSquare, spreadSquare } from './spread-square.ts';

/** A shape centred on a pixel: for each row from `-radius` to `radius`, how far it reaches to both sides. */
export type StructuringElement = readonly number[];

/** @example square(4) // 9x9 */
export const square = (radius: number): StructuringElement => Array.from({ length: 2 * radius + 1 }, () => radius);

/** All pixels whose centre is within `radius`, as scikit-image's `disk`. */
export const disk = (radius: number): StructuringElement =>
  Array.from({ length: 2 * radius + 1 }, (_, i) => Math.floor(Math.sqrt(radius * radius - (i - radius) ** 2)));

export const dilate = (image: BinaryImage, element: StructuringElement): BinaryImage => spread(image, element, 1);

export const erode = (image: BinaryImage, element: StructuringElement): BinaryImage => spread(image, element, 0);

/** Dilation, then erosion; beyond the border nothing dilates and nothing erodes. */
export const close = (image: BinaryImage, element: StructuringElement): BinaryImage =>
  isSquare(element) ? closeSquare(image, radiusOf(element)) : erode(dilate(image, element), element);

const radiusOf = (element: StructuringElement): number => (element.length - 1) / 2;

const isSquare = (element: StructuringElement): boolean => element.every((reach) => reach === radiusOf(element));

/** Erosion, then dilation; beyond the border nothing dilates and nothing erodes. */
export const open = (image: BinaryImage, element: StructuringElement): BinaryImage =>
  dilate(erode(image, element), element);

/** Every pixel takes `value` if any pixel under the element has it; what lies beyond the border never has. */
function spread(image: BinaryImage, element: StructuringElement, value: 0 | 1): BinaryImage {
  const { widthPx, heightPx } = image;
  const radius = radiusOf(element);
  if (isSquare(element)) return spreadSquare(image, radius, value);
  const data = new Uint8Array(widthPx * heightPx).fill(1 - value);
  const sums = new Int32Array(widthPx + 1);
  for (let y = 0; y < heightPx; y++) {
    prefixSums(image, y, { value, sums });
    if (sums[widthPx] === 0) continue;
    for (let dy = -radius; dy <= radius; dy++) {
      const target = y + dy;
      if (target >= 0 && target < heightPx)
        spreadRow(data, target * widthPx, { sums, reach: element[dy + radius] ?? 0, value });
    }
  }
  return { widthPx, heightPx, data };
}

function prefixSums(image: BinaryImage, y: number, { value, sums }: { value: 0 | 1; sums: Int32Array }): void {
  const start = y * image.widthPx;
  let sum = 0;
  for (let x = 0; x < image.widthPx; x++) {
    if (image.data[start + x] === value) sum++;
    sums[x + 1] = sum;
  }
}

function spreadRow(
  data: Uint8Array,
  start: number,
  { sums, reach, value }: { sums: Int32Array; reach: number; value: 0 | 1 },
): void {
  const widthPx = sums.length - 1;
  for (let x = 0; x < widthPx; x++) {
    const from = x - reach < 0 ? 0 : x - reach;
    const to = x + reach + 1 > widthPx ? widthPx : x + reach + 1;
    if ((sums[to] ?? 0) > (sums[from] ?? 0)) data[start + x] = value;
  }
}
