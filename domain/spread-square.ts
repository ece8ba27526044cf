import type { Size } from './geometry.ts';
import type { BinaryImage } from './image.ts';

const WORD_BITS = 32;
const ALL = 0xffff_ffff | 0;

/** Rows of bits, 32 pixels a word, the leftmost in the lowest bit; each row begins with a word of its own. */
interface BitRows {
  readonly wordsAcross: number;
  readonly heightPx: number;
  readonly words: Int32Array;
}

/**
 * Every pixel takes `value` if any pixel of the square of `radius` around it has it; what lies beyond the border never has. A square is a row
 * of a column, and each is made by doubling, 32 pixels at a time: a slide's mask plane has tens of millions.
 */
export function spreadSquare(image: BinaryImage, radius: number, value: 0 | 1): BinaryImage {
  const bits = pack(image, value);
  spreadBits(bits, radius);
  return { widthPx: image.widthPx, heightPx: image.heightPx, data: unpack(bits, image, value) };
}

/** What is set spreads, then what is not, and between the two the pixels stay packed. Beyond the border there is neither. */
export function closeSquare(image: BinaryImage, radius: number): BinaryImage {
  const bits = pack(image, 1);
  spreadBits(bits, radius);
  flip(bits, image.widthPx);
  spreadBits(bits, radius);
  return { widthPx: image.widthPx, heightPx: image.heightPx, data: unpack(bits, image, 0) };
}

function spreadBits(bits: BitRows, radius: number): void {
  spreadAcross(bits, radius);
  spreadDown(bits, radius);
}

/** Sets what is not set and clears what is, but for the bits beyond the end of a row. */
function flip({ wordsAcross, words }: BitRows, widthPx: number): void {
  const inLast = widthPx % WORD_BITS === 0 ? ALL : (1 << (widthPx % WORD_BITS)) - 1;
  for (let i = 0; i < words.length; i++) words[i] = ~words[i]!;
  for (let i = wordsAcross - 1; i < words.length; i += wordsAcross) words[i] = words[i]! & inLast;
}

function pack(image: BinaryImage, value: 0 | 1): BitRows {
  const { widthPx, heightPx, data } = image;
  const wordsAcross = Math.ceil(widthPx / WORD_BITS);
  const words = new Int32Array(wordsAcross * heightPx);
  const pixels = viewOf(data);
  const flip = value === 1 ? 0 : ALL;
  for (let y = 0, at = 0; y < heightPx; y++) {
    const end = (y + 1) * widthPx;
    let from = y * widthPx;
    for (; from + WORD_BITS <= end; from += WORD_BITS) {
      let word = 0;
      for (let bit = 0; bit < WORD_BITS; bit += 4) word |= fourBits(pixels.getInt32(from + bit, true)) << bit;
      words[at++] = word ^ flip;
    }
    if (from === end) continue;
    let word = 0;
    for (let i = from; i < end; i++) word |= (data[i] === value ? 1 : 0) << (i - from);
    words[at++] = word;
  }
  return { wordsAcross, heightPx, words };
}

function unpack({ words }: BitRows, { widthPx, heightPx }: Size, value: 0 | 1): Uint8Array {
  const other = 1 - value;
  const data = new Uint8Array(widthPx * heightPx).fill(other);
  const pixels = viewOf(data);
  const flip = value === 1 ? 0 : ALL;
  for (let y = 0, at = 0; y < heightPx; y++) {
    const end = (y + 1) * widthPx;
    let from = y * widthPx;
    for (; from + WORD_BITS <= end; from += WORD_BITS) {
      const word = words[at++]!;
      if (word === 0) continue;
      const shown = word ^ flip;
      for (let bit = 0; bit < WORD_BITS; bit += 4) pixels.setInt32(from + bit, FOUR_BYTES[(shown >>> bit) & 15]!, true);
    }
    if (from === end) continue;
    const word = words[at++]!;
    for (let i = from; i < end; i++) if ((word >>> (i - from)) & 1) data[i] = value;
  }
  return data;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Four pixels that lie in a word's bytes, the first in the lowest, as four bits. */
const fourBits = (bytes: number): number => (bytes | (bytes >>> 7) | (bytes >>> 14) | (bytes >>> 21)) & 15;

/** And back. */
const FOUR_BYTES = Int32Array.from(
  { length: 16 },
  (_, bits) => (bits & 1) | ((bits & 2) << 7) | ((bits & 4) << 14) | ((bits & 8) << 21),
);

/** Within each row, to both sides. */
function spreadAcross({ wordsAcross, heightPx, words }: BitRows, radius: number): void {
  const right = new Int32Array(wordsAcross);
  const left = new Int32Array(wordsAcross);
  const steps = doublings(radius);
  for (let y = 0; y < heightPx; y++) {
    const row = words.subarray(y * wordsAcross, (y + 1) * wordsAcross);
    right.set(row);
    left.set(row);
    for (const step of steps) {
      orFromLeft(right, step);
      orFromRight(left, step);
    }
    for (let i = 0; i < wordsAcross; i++) row[i] = right[i]! | left[i]!;
  }
}

/** Each bit takes what lies `step` to its left as well. */
function orFromLeft(row: Int32Array, step: number): void {
  const whole = Math.floor(step / WORD_BITS);
  const bits = step % WORD_BITS;
  for (let i = row.length - 1; i >= whole; i--) {
    const here = row[i - whole]! << bits;
    const before = bits > 0 && i > whole ? row[i - whole - 1]! >>> (WORD_BITS - bits) : 0;
    row[i] = row[i]! | here | before;
  }
}

/** Each bit takes what lies `step` to its right as well. */
function orFromRight(row: Int32Array, step: number): void {
  const whole = Math.floor(step / WORD_BITS);
  const bits = step % WORD_BITS;
  for (let i = 0; i < row.length - whole; i++) {
    const here = row[i + whole]! >>> bits;
    const after = bits > 0 && i + whole + 1 < row.length ? row[i + whole + 1]! << (WORD_BITS - bits) : 0;
    row[i] = row[i]! | here | after;
  }
}

/** Within each column, up and down. */
function spreadDown({ wordsAcross, words }: BitRows, radius: number): void {
  const up = words.slice();
  for (const step of doublings(radius)) {
    const apart = step * wordsAcross;
    for (let i = words.length - 1; i >= apart; i--) words[i] = words[i]! | words[i - apart]!;
    for (let i = 0; i < up.length - apart; i++) up[i] = up[i]! | up[i + apart]!;
  }
  for (let i = 0; i < words.length; i++) words[i] = words[i]! | up[i]!;
}

/** Steps that together reach `radius`, none farther than what is reached already plus one: `1, 2, 4, …, rest`. */
function doublings(radius: number): number[] {
  const steps: number[] = [];
  for (let reached = 0; reached < radius;) {
    const step = Math.min(reached + 1, radius - reached);
    steps.push(step);
    reached += step;
  }
  return steps;
}
