import type { TileColour } from '../tile-encoding.ts';
import type { TilePaint } from '../tile-decoder.ts';
import { assembleJpeg, type AssembledJpeg, type JpegColour, type JpegScratch } from './assemble-jpeg.ts';
import type { JpegDecoder } from './jpeg-decoder.ts';
import { allowedHeights, isWhole, visiblePart, type VisiblePart } from './visible-part.ts';

/** What a JPEG tile of each colour is to the decoder; the rest is refused when the slide is opened. */
const JPEG_COLOURS: Partial<Record<TileColour, JpegColour>> = { rgb: 'rgb', ycbcr: 'ycbcr', gray: 'gray' };

export interface PaintScratch {
  readonly jpeg: JpegScratch;
  readonly pixels: JpegScratch;
}

/** Decodes straight onto the canvas where the whole tile is wanted, else beside it and copies the part that is. */
export function paintJpeg(job: TilePaint, decoder: JpegDecoder, scratch: PaintScratch): void | Promise<void> {
  const { tile, encoding, canvas, x, y } = job;
  const colour = JPEG_COLOURS[encoding.colour];
  if (!colour) throw new Error(`it is a JPEG of colour ${encoding.colour}`);
  const jpeg = assembleJpeg(tile.data, { tables: encoding.jpegTables, colour }, scratch.jpeg);
  checkFrame(job, jpeg, colour);
  const part = visiblePart(job);
  if (isWhole(part, jpeg.frame)) {
    const data = canvas.data.subarray((y * canvas.widthPx + x) * 3);
    return decoder.decode(jpeg, { data, pitchBytes: canvas.widthPx * 3 });
  }
  const pitchBytes = jpeg.frame.widthPx * 3;
  // sharp works on several tiles at once, so they cannot share one buffer.
  const sizeBytes = pitchBytes * jpeg.frame.heightPx;
  const data = decoder.name === 'libturbojpeg' ? scratch.pixels.take(sizeBytes) : new Uint8Array(sizeBytes);
  const pending = decoder.decode(jpeg, { data, pitchBytes });
  if (pending) return pending.then(() => copyPart(job, part, { data, pitchBytes }));
  copyPart(job, part, { data, pitchBytes });
  return undefined;
}

function checkFrame(job: TilePaint, { frame }: AssembledJpeg, colour: JpegColour): void {
  const { tile } = job;
  if (frame.widthPx !== tile.widthPx || !allowedHeights(job).includes(frame.heightPx)) {
    throw new Error(
      `it decodes to ${frame.widthPx} x ${frame.heightPx} pixels where the slide announces ${tile.widthPx} x ${tile.heightPx}`,
    );
  }
  const components = colour === 'gray' ? 1 : 3;
  if (frame.components !== components)
    throw new Error(`it has ${frame.components} colours where ${components} are announced`);
}

function copyPart(
  { canvas, x, y }: TilePaint,
  { left, top, right, bottom }: VisiblePart,
  { data, pitchBytes }: { data: Uint8Array; pitchBytes: number },
): void {
  for (let row = top; row < bottom; row += 1) {
    const from = row * pitchBytes;
    canvas.data.set(data.subarray(from + left * 3, from + right * 3), ((y + row) * canvas.widthPx + x + left) * 3);
  }
}
