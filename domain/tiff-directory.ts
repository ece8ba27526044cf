import { TAG } from './tiff-tags.ts';

/** The value of one TIFF tag; rationals as numerator and denominator in turn. */
export type TiffValue =
  | { readonly type: 'ascii'; readonly text: string }
  | { readonly type: 'short' | 'long' | 'rational'; readonly values: readonly number[] };

export type TiffTags = Readonly<Record<number, TiffValue>>;

const FIELD = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  rational: { code: 5, bytes: 8 },
} as const;

const ENTRY_BYTES = 12;
const CENTIMETRE = 3;
const UM_PER_CM = 10_000;
/** Makes both parts of a resolution whole numbers under 2^32, exact to 2.5e-6 um. */
const RATIONAL_SCALE = 400_000;

/** The four tags that state a pixel's size. */
export const resolutionTags = (pixelUm: { x: number; y: number }): TiffTags => ({
  [TAG.xResolution]: perCentimetre(pixelUm.x),
  [TAG.yResolution]: perCentimetre(pixelUm.y),
  [TAG.resolutionUnit]: short(CENTIMETRE),
});

const perCentimetre = (um: number): TiffValue => ({
  type: 'rational',
  values: [UM_PER_CM * RATIONAL_SCALE, Math.round(um * RATIONAL_SCALE)],
});

export const short = (...values: number[]): TiffValue => ({ type: 'short', values });
export const long = (values: readonly number[]): TiffValue => ({ type: 'long', values });
export const ascii = (text: string): TiffValue => ({ type: 'ascii', text });

/** The header of a little-endian classic TIFF whose first directory lies at `firstDirectory`. */
export function encodeTiffHeader(firstDirectory: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49]);
  view.setUint16(2, 42, true);
  view.setUint32(4, firstDirectory, true);
  return bytes;
}

/** One image file directory that will lie at `offset` (even), its long values right behind it; `next` is where the next one lies, 0 after the last. */
export function encodeTiffDirectory(tags: TiffTags, { offset, next }: { offset: number; next: number }): Uint8Array {
  const entries = Object.entries(tags).map(([tag, value]) => ({ tag: Number(tag), ...encodeValue(value) }));
  const directoryBytes = 2 + entries.length * ENTRY_BYTES + 4;
  const sizeBytes = entries.reduce((sum, { data }) => sum + outsideBytes(data), directoryBytes);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, entries.length, true);
  let outside = directoryBytes;
  entries.forEach(({ tag, code, count, data }, index) => {
    const at = 2 + index * ENTRY_BYTES;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, code, true);
    view.setUint32(at + 4, count, true);
    if (outsideBytes(data) > 0) view.setUint32(at + 8, offset + outside, true);
    bytes.set(data, outsideBytes(data) > 0 ? outside : at + 8);
    outside += outsideBytes(data);
  });
  view.setUint32(directoryBytes - 4, next, true);
  return bytes;
}

/** Values of up to four bytes lie in the entry itself; others outside, at even places. */
const outsideBytes = (data: Uint8Array): number => (data.length > 4 ? data.length + (data.length % 2) : 0);

function encodeValue(value: TiffValue): { code: number; count: number; data: Uint8Array } {
  const { code, bytes } = FIELD[value.type];
  if (value.type === 'ascii') {
    const data = new TextEncoder().encode(`${value.text}\0`);
    return { code, count: data.length, data };
  }
  const data = new Uint8Array(value.type === 'short' ? value.values.length * 2 : value.values.length * 4);
  const view = new DataView(data.buffer);
  value.values.forEach((number, index) => {
    if (value.type === 'short') view.setUint16(index * 2, number, true);
    else view.setUint32(index * 4, number, true);
  });
  return { code, count: data.length / bytes, data };
}
