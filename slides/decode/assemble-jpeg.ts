import type { Size } from '../../domain/geometry.ts';

/** A complete JPEG stream and what its frame says. */
export interface AssembledJpeg {
  readonly bytes: Uint8Array;
  readonly frame: Size & { readonly components: number };
}

/** What a JPEG marker means, as far as it matters here (ITU-T T.81, table B.1). */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const isApplication = (marker: number): boolean => marker >= 0xe0 && marker <= 0xef;
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isBare = (marker: number): boolean => marker === SOI || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Adobe's marker: the only way to tell a decoder that three components are RGB (0) or YCbCr (1). */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

export type JpegColour = 'rgb' | 'ycbcr' | 'gray';
const ADOBE_TRANSFORMS: Record<JpegColour, readonly number[]> = {
  rgb: [...ADOBE, 0],
  ycbcr: [...ADOBE, 1],
  gray: [],
};

/**
 * Makes a tile a whole stream: the slide's tables in front of its own (which then stand), and the colour that the TIFF states.
 * What the tile itself says of its colour (JFIF, Adobe) is left out: the TIFF decides, as in libtiff and OpenSlide.
 * The bytes are valid until the next call with the same scratch.
 */
export function assembleJpeg(
  tile: Uint8Array,
  { tables, colour }: { tables: Uint8Array | undefined; colour: JpegColour },
  scratch: JpegScratch,
): AssembledJpeg {
  const out = scratch.take(tile.byteLength + (tables?.byteLength ?? 0) + 32);
  let length = append(out, 0, [0xff, SOI, ...ADOBE_TRANSFORMS[colour]]);
  for (const segment of tables ? segmentsOf(tables) : []) {
    if (isFrame(segment.marker) || segment.marker === SOS)
      throw new Error('its JPEG tables hold a picture of their own');
    if (keeps(segment.marker)) length = append(out, length, segment.bytes);
  }
  let frame: AssembledJpeg['frame'] | undefined;
  for (const { marker, bytes } of segmentsOf(tile)) {
    if (isFrame(marker) && frame) throw new Error('it is a JPEG of two frames');
    if (isFrame(marker)) frame = frameOf(bytes);
    if (keeps(marker)) length = append(out, length, bytes);
  }
  // Some writers leave out the end. Where data is missing as well, the decoder still notices: it meets the end too early.
  length = append(out, length, [0xff, EOI]);
  if (!frame) throw new Error('it is no JPEG picture: it has no frame');
  return { bytes: out.subarray(0, length), frame };
}

/** A buffer that grows as needed and is used again for every tile. */
export class JpegScratch {
  #buffer = new Uint8Array(64 * 1024);

  take(length: number): Uint8Array {
    if (this.#buffer.byteLength < length) this.#buffer = new Uint8Array(length * 2);
    return this.#buffer;
  }
}

interface Segment {
  readonly marker: number;
  readonly bytes: Uint8Array;
}

/** The segments of a stream without SOI and EOI; from the first scan on all is one segment. */
function* segmentsOf(stream: Uint8Array): Generator<Segment> {
  if (stream[0] !== 0xff || stream[1] !== SOI) throw new Error('it is no JPEG picture: it does not begin with FF D8');
  for (let at = 2; at + 1 < stream.byteLength;) {
    const marker = stream[at + 1] ?? 0;
    if (stream[at] !== 0xff) throw new Error(`its JPEG stream is damaged at byte ${at}`);
    // FF may be repeated as padding.
    if (marker === 0xff) at += 1;
    else if (isBare(marker)) at += 2;
    else if (marker === EOI) return;
    else {
      const end = marker === SOS ? stream.byteLength : at + 2 + (((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0));
      if (end > stream.byteLength || end < at + 4) throw new Error(`its JPEG stream is damaged at byte ${at}`);
      yield { marker, bytes: stream.subarray(at, end) };
      at = end;
    }
  }
}

const keeps = (marker: number): boolean => !isApplication(marker) && marker !== COM;

const frameOf = (segment: Uint8Array): AssembledJpeg['frame'] => ({
  heightPx: ((segment[5] ?? 0) << 8) | (segment[6] ?? 0),
  widthPx: ((segment[7] ?? 0) << 8) | (segment[8] ?? 0),
  components: segment[9] ?? 0,
});

function append(out: Uint8Array, at: number, bytes: ArrayLike<number>): number {
  out.set(bytes, at);
  return at + bytes.length;
}
