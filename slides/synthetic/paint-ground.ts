import { type Specimen, tissueDepthUm, tumourDepthUm } from './plan-specimen.ts';
import { hashSigned, smoothNoise, smoothStep } from './random.ts';
import type { Stain } from './stain.ts';

/** Some rows of the slide, RGB, and where they lie. */
export interface Strip {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly top: number;
  readonly rows: number;
}

/** What is the same for all strips of a slide. */
export interface Paint {
  readonly specimen: Specimen;
  readonly stain: Stain;
  readonly mpp: number;
  readonly fibres: Float32Array;
}

/** Side of the fibre texture in its own pixels of `FIBRE_UM`. */
const FIBRES = 512;
const FIBRE_UM = 0.8;
/** The slow fields are worked out this far apart and interpolated between. */
const FIELD_STEP_UM = 12;
const FIELDS = 5;
/** The tissue's rim is this soft. */
const RIM_UM = 5;

/** A texture that repeats, of wavy strands 4 um thick and 40 um long, -1 to 1. */
export function weaveFibres(seed: number): Float32Array {
  return Float32Array.from({ length: FIBRES * FIBRES }, (_, index) => {
    const x = index % FIBRES;
    const y = Math.floor(index / FIBRES);
    const bend = 6 * smoothNoise(seed + 31, x / 64, y / 64, FIBRES / 64);
    const strand = smoothNoise(seed + 32, x / 64, (y + bend) / 4, FIBRES / 4);
    const grain = hashSigned(seed + 33, x, y);
    return 0.6 * strand * (1 - Math.abs(smoothNoise(seed + 34, x / 32, y / 32, FIBRES / 32)) * 0.5) + 0.4 * grain;
  });
}

/** Paints glass, stroma and tumour bed over the whole strip. */
export function paintGround(paint: Paint, strip: Strip): void {
  const stepPx = FIELD_STEP_UM / paint.mpp;
  const columns = Math.ceil(strip.widthPx / stepPx) + 2;
  const firstRow = Math.floor(strip.top / stepPx);
  const rows = Math.ceil((strip.top + strip.rows) / stepPx) + 2 - firstRow;
  const fields = workOutFields(paint, { columns, rows, firstRow });
  const line = new Float32Array(columns * FIELDS);
  for (let row = 0; row < strip.rows; row++) {
    const place = (strip.top + row) / stepPx - firstRow;
    const above = Math.floor(place);
    const share = place - above;
    for (let i = 0; i < line.length; i++) {
      const high = fields[above * line.length + i]!;
      line[i] = high + (fields[(above + 1) * line.length + i]! - high) * share;
    }
    paintRow(paint, strip, { row, line, stepPx });
  }
}

/** Coverage in RIM_UM, share of tumour, tone, and the two directions in which the fibres are bent, at each point of a coarse lattice. */
function workOutFields(paint: Paint, lattice: { columns: number; rows: number; firstRow: number }): Float32Array {
  const { specimen } = paint;
  const fields = new Float32Array(lattice.columns * lattice.rows * FIELDS);
  for (let row = 0; row < lattice.rows; row++) {
    for (let column = 0; column < lattice.columns; column++) {
      const x = column * FIELD_STEP_UM;
      const y = (lattice.firstRow + row) * FIELD_STEP_UM;
      const depth = tissueDepthUm(specimen, x, y);
      const tumour = depth < -RIM_UM ? 0 : smoothStep(tumourDepthUm(specimen, x, y) / 40 + 0.5);
      const tone =
        0.6 * smoothNoise(specimen.seed + 6, x / 240, y / 240) + 0.4 * smoothNoise(specimen.seed + 7, x / 60, y / 60);
      const bendX = 160 * smoothNoise(specimen.seed + 8, x / 300, y / 300);
      const bendY = 160 * smoothNoise(specimen.seed + 9, x / 300, y / 300);
      fields.set([depth / RIM_UM, tumour, tone, bendX, bendY], (row * lattice.columns + column) * FIELDS);
    }
  }
  return fields;
}

/** The inner loop: tens of nanoseconds a pixel decide how long `h2g demo` takes, so it asks nothing and calls nothing. */
function paintRow(paint: Paint, strip: Strip, at: { row: number; line: Float32Array; stepPx: number }): void {
  const { stain, mpp, fibres } = paint;
  const { line, stepPx } = at;
  const fibreScale = mpp / FIBRE_UM;
  const y = (strip.top + at.row) * fibreScale;
  let out = at.row * strip.widthPx * 3;
  for (let x = 0; x < strip.widthPx; x++, out += 3) {
    const place = x / stepPx;
    const left = Math.floor(place) * FIELDS;
    const share = place - Math.floor(place);
    const right = left + FIELDS;
    const depth = line[left]! + (line[right]! - line[left]!) * share;
    const cover = Math.min(1, Math.max(0, depth + 0.5));
    if (cover === 0) {
      for (let channel = 0; channel < 3; channel++) strip.data[out + channel] = stain.glass[channel]!;
      continue;
    }
    const tumour = line[left + 1]! + (line[right + 1]! - line[left + 1]!) * share;
    const tone = line[left + 2]! + (line[right + 2]! - line[left + 2]!) * share;
    const bendX = line[left + 3]! + (line[right + 3]! - line[left + 3]!) * share;
    const bendY = line[left + 4]! + (line[right + 4]! - line[left + 4]!) * share;
    const fibre = fibres[((y + bendY) & (FIBRES - 1)) * FIBRES + ((x * fibreScale + bendX) & (FIBRES - 1))]!;
    const shade = fibre * (30 - 10 * tumour) + tone * 9;
    for (let channel = 0; channel < 3; channel++) {
      const bed = stain.stroma[channel]! + (stain.tumourBed[channel]! - stain.stroma[channel]!) * tumour;
      const tissue = bed + shade * (channel === 1 ? 1 : 0.45);
      strip.data[out + channel] = stain.glass[channel]! + (tissue - stain.glass[channel]!) * cover;
    }
  }
}
