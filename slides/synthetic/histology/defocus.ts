import { smoothStep } from '../random.ts';
import type { DyeCanvas } from './dye-canvas.ts';
import type { Artefacts } from './plan-artefacts.ts';
import { blobBox, blobDepthUm } from './shapes.ts';
import { visitShape } from './visit-shape.ts';

type Blur = Artefacts['blurs'][number];

const radiusPx = ({ blurUm }: Blur, mpp: number): number => Math.round(blurUm / mpp);

/** How many rows above and below a strip decide about its pixels. */
export function blurHaloPx(
  blurs: readonly Blur[],
  { top, rows, mpp }: { top: number; rows: number; mpp: number },
): number {
  let halo = 0;
  for (const blur of blurs) {
    const box = blobBox(blur.area);
    if (box.bottom >= top * mpp && box.top <= (top + rows) * mpp) halo = Math.max(halo, 2 * radiusPx(blur, mpp));
  }
  return halo;
}

/** Takes the sharpness from the areas that the scanner did not focus on: a box average done twice, faded in from the area's rim. */
export function blurAreas(canvas: DyeCanvas, blurs: readonly Blur[]): void {
  for (const blur of blurs) blurArea(canvas, blur);
}

const FADE_UM = 90;

function blurArea(canvas: DyeCanvas, blur: Blur): void {
  const { mpp } = canvas;
  const radius = radiusPx(blur, mpp);
  if (radius < 1) return;
  const box = blobBox(blur.area);
  const left = Math.max(0, Math.floor(box.left / mpp) - 2 * radius);
  const right = Math.min(canvas.widthPx, Math.ceil(box.right / mpp) + 2 * radius);
  const top = Math.max(0, Math.floor(box.top / mpp) - 2 * radius - canvas.top);
  const bottom = Math.min(canvas.rows, Math.ceil(box.bottom / mpp) + 2 * radius - canvas.top);
  if (left >= right || top >= bottom) return;
  const part = { left, top, widthPx: right - left, rows: bottom - top };
  const blurred = [canvas.haem, canvas.eosin].map((plane) => {
    const cut = cutOut(plane, canvas.widthPx, part);
    const once = blurDown(blurAcross(cut, part.widthPx, part.rows, radius), part.widthPx, part.rows, radius);
    return blurDown(blurAcross(once, part.widthPx, part.rows, radius), part.widthPx, part.rows, radius);
  });
  const depthAt = (x: number, y: number): number => blobDepthUm(blur.area, x, y);
  visitShape(canvas, { box, depthAt, fromDepthUm: 0, mpp }, (index, depth) => {
    const share = smoothStep(depth / FADE_UM);
    const row = Math.floor(index / canvas.widthPx);
    const from = (row - top) * part.widthPx + (index - row * canvas.widthPx) - left;
    [canvas.haem, canvas.eosin].forEach((plane, dye) => {
      const sharp = plane[index]!;
      plane[index] = Math.round(sharp + (blurred[dye]![from]! - sharp) * share);
    });
  });
}

function cutOut(
  plane: Uint8Array,
  widthPx: number,
  part: { left: number; top: number; widthPx: number; rows: number },
): Uint8Array {
  const cut = new Uint8Array(part.widthPx * part.rows);
  for (let row = 0; row < part.rows; row++) {
    const from = (part.top + row) * widthPx + part.left;
    cut.set(plane.subarray(from, from + part.widthPx), row * part.widthPx);
  }
  return cut;
}

/** Mean over `2 * radius + 1` pixels of the row; beyond the ends the last pixel goes on. */
function blurAcross(plane: Uint8Array, widthPx: number, rows: number, radius: number): Uint8Array {
  const blurred = new Uint8Array(plane.length);
  const size = 2 * radius + 1;
  for (let row = 0; row < rows; row++) {
    const from = row * widthPx;
    const end = from + widthPx - 1;
    let sum = plane[from]! * (radius + 1);
    for (let x = 1; x <= radius; x++) sum += plane[Math.min(end, from + x)]!;
    for (let x = 0; x < widthPx; x++) {
      blurred[from + x] = (sum / size + 0.5) | 0;
      sum += plane[Math.min(end, from + x + radius + 1)]! - plane[Math.max(from, from + x - radius)]!;
    }
  }
  return blurred;
}

/** Likewise down the columns, a row at a time. */
function blurDown(plane: Uint8Array, widthPx: number, rows: number, radius: number): Uint8Array {
  const blurred = new Uint8Array(plane.length);
  const size = 2 * radius + 1;
  const sums = new Int32Array(widthPx);
  const rowAt = (row: number): number => Math.min(rows - 1, Math.max(0, row)) * widthPx;
  for (let row = -radius; row <= radius; row++) {
    const from = rowAt(row);
    for (let x = 0; x < widthPx; x++) sums[x]! += plane[from + x]!;
  }
  for (let row = 0; row < rows; row++) {
    const enters = rowAt(row + radius + 1);
    const leaves = rowAt(row - radius);
    for (let x = 0; x < widthPx; x++) {
      blurred[row * widthPx + x] = (sums[x]! / size + 0.5) | 0;
      sums[x]! += plane[enters + x]! - plane[leaves + x]!;
    }
  }
  return blurred;
}
