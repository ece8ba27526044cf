import { TAG } from './tiff-tags.ts';

/** The value of one TIFF tag; rationals as numerator and denominator in turn. */
export type TiffValue =
  | { readonly type: 'ascii'; readonly text: string }
  | { readonly type: 'short' | 'long' | 'long8' | 'rational'; readonly values: readonly number[] };

export type TiffTags = Readonly<Record<number, TiffValue>>;

const FIELD = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  rational: { code: 5, bytes: 8 },
  long8: { code: 16, bytes: 8 },
} as const;

/** BigTIFF (libtiff's specification) differs from TIFF 6.0 in how wide its counts and offsets are. */
export type TiffFlavour = 'classic' | 'big';

const WIDTHS = {
  classic: { headerBytes: 8, countBytes: 2, offsetBytes: 4, entryBytes: 12 },
  big: { headerBytes: 16, countBytes: 8, offsetBytes: 8, entryBytes: 20 },
} as const;
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
/** Whole numbers up to 2^53, in BigTIFF only. */
export const long8 = (values: readonly number[]): TiffValue => ({ type: 'long8', values });
export const ascii = (text: string): TiffValue => ({ type: 'ascii', text });

export const tiffHeaderBytes = (flavour: TiffFlavour): number => WIDTHS[flavour].headerBytes;

/** The header of a little-endian TIFF whose first directory lies at `firstDirectory`. */
export function encodeTiffHeader(firstDirectory: number, flavour: TiffFlavour = 'classic'): Uint8Array {
  const bytes = new Uint8Array(tiffHeaderBytes(flavour));
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49]);
  if (flavour === 'classic') {
    view.setUint16(2, 42, true);
    view.setUint32(4, firstDirectory, true);
  } else {
    view.setUint16(2, 43, true);
    view.setUint16(4, WIDTHS.big.offsetBytes, true);
    view.setBigUint64(8, BigInt(firstDirectory), true);
  }
  return bytes;
}

/** One image file directory that will lie at `offset` (even), its long values right behind it; `next` is where the next one lies, 0 after the last. */
export function encodeTiffDirectory(
  tags: TiffTags,
  { offset, next, flavour = 'classic' }: { offset: number; next: number; flavour?: TiffFlavour },
): Uint8Array {
  const { countBytes, offsetBytes, entryBytes } = WIDTHS[flavour];
  const entries = Object.entries(tags).map(([tag, value]) => ({ tag: Number(tag), ...encodeValue(value) }));
  const directoryBytes = countBytes + entries.length * entryBytes + offsetBytes;
  const sizeBytes = entries.reduce((sum, { data }) => sum + outsideBytes(data, offsetBytes), directoryBytes);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  const setWide = (at: number, value: number): void =>
    flavour === 'classic' ? view.setUint32(at, value, true) : view.setBigUint64(at, BigInt(value), true);
  view.setUint16(0, entries.length, true);
  let outside = directoryBytes;
  entries.forEach(({ tag, code, count, data }, index) => {
    const at = countBytes + index * entryBytes;
    const valueAt = at + 4 + offsetBytes;
    const outsideLength = outsideBytes(data, offsetBytes);
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, code, true);
    setWide(at + 4, count);
    if (outsideLength > 0) setWide(valueAt, offset + outside);
    bytes.set(data, outsideLength > 0 ? outside : valueAt);
    outside += outsideLength;
  });
  setWide(directoryBytes - offsetBytes, next);
  return bytes;
}

/** Values that fit into the entry lie in it; others outside, at even places. */
const outsideBytes = (data: Uint8Array, inEntry: number): number =>
  data.length > inEntry ? data.length + (data.length % 2) : 0;

function encodeValue(value: TiffValue): { code: number; count: number; data: Uint8Array } {
  const { code, bytes } = FIELD[value.type];
  if (value.type === 'ascii') {
    const data = new TextEncoder().encode(`${value.text}\0`);
    return { code, count: data.length, data };
  }
  const sizeBytes = value.type === 'rational' ? FIELD.long.bytes : bytes;
  const data = new Uint8Array(value.values.length * sizeBytes);
  const view = new DataView(data.buffer);
  value.values.forEach((number, index) => {
    if (sizeBytes === 2) view.setUint16(index * 2, number, true);
    else if (sizeBytes === 4) view.setUint32(index * 4, number, true);
    else view.setBigUint64(index * 8, BigInt(number), true);
  });
  return { code, count: data.length / bytes, data };
}
