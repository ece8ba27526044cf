import {
  ascii,
  encodeTiffDirectory,
  encodeTiffHeader,
  long,
  resolutionTags,
  short,
  type TiffTags,
} from '../domain/tiff-directory.ts';
import { TAG } from '../domain/tiff-tags.ts';
import type { Size } from '../domain/geometry.ts';

/** One grey picture of a small TIFF. */
export interface TiffPage extends Size {
  readonly pixels:
    | { readonly type: 'float32'; readonly data: Float32Array }
    | { readonly type: 'uint8'; readonly data: Uint8Array };
  /** Size of a pixel in um. */
  readonly pixelUm: { readonly x: number; readonly y: number };
  /** ASCII. */
  readonly description: string;
}

const UNCOMPRESSED = 1;
const BLACK_IS_ZERO = 1;
const SAMPLE = { float32: { bits: 32, format: 3 }, uint8: { bits: 8, format: 1 } } as const;

/** A little-endian TIFF of uncompressed grey pages, each one strip; for pictures of a pixel a cell, not for slides. */
export function writeTiff(pages: readonly TiffPage[]): Uint8Array {
  const parts: Uint8Array[] = [encodeTiffHeader(8)];
  let offset = 8;
  pages.forEach((page, index) => {
    const more = index + 1 < pages.length;
    const data = pixelBytes(page.pixels);
    const sizeBytes = encodeTiffDirectory(tagsOf(page, data.length, 0), { offset, next: 0 }).length;
    // The pixels lie between the directory and the next, which begins at an even place.
    const next = offset + sizeBytes + data.length + (data.length % 2);
    const tags = tagsOf(page, data.length, offset + sizeBytes);
    parts.push(encodeTiffDirectory(tags, { offset, next: more ? next : 0 }), data, new Uint8Array(data.length % 2));
    offset = next;
  });
  return Buffer.concat(parts);
}

const tagsOf = (
  { pixels, widthPx, heightPx, pixelUm, description }: TiffPage,
  sizeBytes: number,
  at: number,
): TiffTags => ({
  [TAG.imageWidth]: long([widthPx]),
  [TAG.imageLength]: long([heightPx]),
  [TAG.bitsPerSample]: short(SAMPLE[pixels.type].bits),
  [TAG.compression]: short(UNCOMPRESSED),
  [TAG.photometric]: short(BLACK_IS_ZERO),
  [TAG.imageDescription]: ascii(description),
  [TAG.stripOffsets]: long([at]),
  [TAG.samplesPerPixel]: short(1),
  [TAG.rowsPerStrip]: long([heightPx]),
  [TAG.stripByteCounts]: long([sizeBytes]),
  ...resolutionTags(pixelUm),
  [TAG.software]: ascii('H2G-Flow'),
  [TAG.sampleFormat]: short(SAMPLE[pixels.type].format),
});

function pixelBytes(pixels: TiffPage['pixels']): Uint8Array {
  if (pixels.type === 'uint8') return pixels.data;
  const bytes = new Uint8Array(pixels.data.length * 4);
  const view = new DataView(bytes.buffer);
  pixels.data.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return bytes;
}
