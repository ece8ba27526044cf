import { addRows } from './add-rows.ts';
import { areaAxis, type AreaAxis } from './area-axis.ts';
import type { Rect, Size } from './geometry.ts';
import type { RgbImage } from './image.ts';

/**
 * Shrinks (or stretches) a rectangle of an image to `size` by area: each output pixel is the mean of the source area it covers, parts
 * of pixels counted as parts, rounded half up. Exact: sums are whole numbers. `into` (width x height x 3 bytes) is written to if
 * given. The rectangle must lie within the image.
 */
export function areaAverage(image: RgbImage, rect: Rect, size: Size, into?: Uint8Array): RgbImage {
  checkInside(image, rect);
  const sizeBytes = size.widthPx * size.heightPx * 3;
  const data = into ?? new Uint8Array(sizeBytes);
  if (data.byteLength < sizeBytes)
    throw new RangeError(`${data.byteLength} bytes are too few for ${size.widthPx} x ${size.heightPx} pixels`);
  const target = { ...size, data };
  if (isTimes(rect, size, 1)) copyPixels(image, rect, target);
  else if (isTimes(rect, size, 2)) halve(image, rect, target);
  else averageFractions(image, rect, target);
  return target;
}

const isTimes = (rect: Size, size: Size, factor: number): boolean =>
  rect.widthPx === size.widthPx * factor && rect.heightPx === size.heightPx * factor;

function checkInside(image: Size, rect: Rect): void {
  const inside =
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.widthPx > 0 &&
    rect.heightPx > 0 &&
    rect.x + rect.widthPx <= image.widthPx &&
    rect.y + rect.heightPx <= image.heightPx;
  if (!inside) {
    const { x, y, widthPx, heightPx } = rect;
    throw new RangeError(
      `${widthPx} x ${heightPx} at ${x}, ${y} lies outside ${image.widthPx} x ${image.heightPx} pixels`,
    );
  }
}

function copyPixels(image: RgbImage, rect: Rect, target: RgbImage): void {
  const rowBytes = rect.widthPx * 3;
  for (let y = 0; y < rect.heightPx; y += 1) {
    const from = ((rect.y + y) * image.widthPx + rect.x) * 3;
    target.data.set(image.data.subarray(from, from + rowBytes), y * rowBytes);
  }
}

/** The mean of 2x2 pixels: by far the most frequent case, a slide of 0.5 um/px seen at 1. */
function halve(image: RgbImage, rect: Rect, target: RgbImage): void {
  const pitch = image.widthPx * 3;
  const first = image.data.byteOffset + rect.y * pitch + rect.x * 3;
  const inWords = LITTLE_ENDIAN && pitch % 4 === 0 && first % 4 === 0 && target.widthPx % 2 === 0;
  (inWords ? halveWords : halveBytes)(image, rect, target);
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Every second byte of a word, with room for sums beside it. */
const LANES = 0x00ff00ff;
const LANE = 0xffff;

/** Four pixels of two rows at a time, in three words each: two bytes are added at once, which takes half the time. */
function halveWords(image: RgbImage, rect: Rect, target: RgbImage): void {
  const { buffer, byteOffset } = image.data;
  const from = byteOffset - (byteOffset % 4);
  const words = new Int32Array(buffer, from, Math.floor((buffer.byteLength - from) / 4));
  const out = target.data;
  const pitch = (image.widthPx * 3) / 4;
  const start = (byteOffset % 4) + rect.x * 3;
  let to = 0;
  for (let y = 0; y < target.heightPx; y += 1) {
    let a = start / 4 + (rect.y + y * 2) * pitch;
    let b = a + pitch;
    for (const end = a + (rect.widthPx * 3) / 4; a < end; a += 3, b += 3, to += 6) {
      const even0 = (words[a]! & LANES) + (words[b]! & LANES);
      const odd0 = ((words[a]! >>> 8) & LANES) + ((words[b]! >>> 8) & LANES);
      const even1 = (words[a + 1]! & LANES) + (words[b + 1]! & LANES);
      const odd1 = ((words[a + 1]! >>> 8) & LANES) + ((words[b + 1]! >>> 8) & LANES);
      const even2 = (words[a + 2]! & LANES) + (words[b + 2]! & LANES);
      const odd2 = ((words[a + 2]! >>> 8) & LANES) + ((words[b + 2]! >>> 8) & LANES);
      out[to] = ((even0 & LANE) + (odd0 >>> 16) + 2) >> 2;
      out[to + 1] = ((odd0 & LANE) + (even1 & LANE) + 2) >> 2;
      out[to + 2] = ((even0 >>> 16) + (odd1 & LANE) + 2) >> 2;
      out[to + 3] = ((even1 >>> 16) + (odd2 & LANE) + 2) >> 2;
      out[to + 4] = ((odd1 >>> 16) + (even2 >>> 16) + 2) >> 2;
      out[to + 5] = ((even2 & LANE) + (odd2 >>> 16) + 2) >> 2;
    }
  }
}

function halveBytes(image: RgbImage, rect: Rect, target: RgbImage): void {
  const { data } = image;
  const out = target.data;
  const pitch = image.widthPx * 3;
  let to = 0;
  for (let y = 0; y < target.heightPx; y += 1) {
    let from = ((rect.y + y * 2) * image.widthPx + rect.x) * 3;
    for (let x = 0; x < target.widthPx; x += 1) {
      const below = from + pitch;
      out[to] = (data[from]! + data[from + 3]! + data[below]! + data[below + 3]! + 2) >> 2;
      out[to + 1] = (data[from + 1]! + data[from + 4]! + data[below + 1]! + data[below + 4]! + 2) >> 2;
      out[to + 2] = (data[from + 2]! + data[from + 5]! + data[below + 2]! + data[below + 5]! + 2) >> 2;
      to += 3;
      from += 6;
    }
  }
}

function averageFractions(image: RgbImage, rect: Rect, target: RgbImage): void {
  const across = areaAxis(rect.widthPx, target.widthPx);
  const down = areaAxis(rect.heightPx, target.heightPx);
  const sums = new Float64Array(rect.widthPx * 3);
  for (let row = 0; row < target.heightPx; row += 1) {
    sumRows(image, { rect, down, row }, sums);
    writeRow(sums, { across, total: across.total * down.total }, target.data.subarray(row * target.widthPx * 3));
  }
}

interface RowSpan {
  readonly rect: Rect;
  readonly down: AreaAxis;
  readonly row: number;
}

/** The weighted sum of the source rows under one output row, column by column. */
function sumRows(image: RgbImage, { rect, down, row }: RowSpan, sums: Float64Array): void {
  const first = down.firsts[row]!;
  const last = down.lasts[row]!;
  const rowAt = (y: number): Uint8Array => {
    const from = ((rect.y + y) * image.widthPx + rect.x) * 3;
    return image.data.subarray(from, from + sums.length);
  };
  const middle = first + 1 < last ? first + 1 : first;
  addThree(sums, {
    rows: [rowAt(first), rowAt(middle), rowAt(last)],
    weights: [down.heads[row]!, middle === first ? 0 : down.full, down.tails[row]!],
  });
  addRows(sums, rowAt, { from: first + 2, until: last, weight: down.full });
}

interface ThreeRows {
  readonly rows: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly weights: readonly [number, number, number];
}

/** The first, second and last row at once: nearly always these are all, and one pass is twice as fast as three. */
function addThree(sums: Float64Array, { rows: [a, b, c], weights: [p, q, r] }: ThreeRows): void {
  for (let i = 0; i < sums.length; i += 1) sums[i] = a[i]! * p + b[i]! * q + c[i]! * r;
}

/** Averages weighted column sums across and rounds half up. */
function writeRow(sums: Float64Array, { across, total }: { across: AreaAxis; total: number }, out: Uint8Array): void {
  const { firsts, lasts, heads, tails, full } = across;
  // Sums are whole, halves are multiples of 1/2: a further 1/4 keeps every quotient clear of the integers, so that multiplying by the
  // inverse (which rounds) still gives the exact floor.
  const offset = total / 2 + 0.25;
  const inverse = 1 / total;
  for (let x = 0; x < firsts.length; x += 1) {
    const first = firsts[x]! * 3;
    const last = lasts[x]! * 3;
    const head = heads[x]!;
    const tail = tails[x]!;
    let red = sums[first]! * head + sums[last]! * tail + offset;
    let green = sums[first + 1]! * head + sums[last + 1]! * tail + offset;
    let blue = sums[first + 2]! * head + sums[last + 2]! * tail + offset;
    for (let i = first + 3; i < last; i += 3) {
      red += sums[i]! * full;
      green += sums[i + 1]! * full;
      blue += sums[i + 2]! * full;
    }
    out[x * 3] = red * inverse;
    out[x * 3 + 1] = green * inverse;
    out[x * 3 + 2] = blue * inverse;
  }
}
