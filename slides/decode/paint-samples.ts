import type { TileColour } from '../tile-encoding.ts';
import type { TilePaint } from '../tile-decoder.ts';
import { decompress } from './decompress.ts';
import { undoDifferences } from './undo-differences.ts';
import { allowedHeights, visiblePart } from './visible-part.ts';

/** One row of samples and where its RGB goes; the numbers are places in the arrays. */
interface Row {
  readonly samples: Uint8Array;
  readonly from: number;
  readonly step: number;
  readonly target: Uint8Array;
  readonly to: number;
  readonly count: number;
}

type RowPainter = (row: Row) => void;

/** Paints pixels whose red, green and blue are each found by one function of the samples at a pixel. */
const painter =
  (channel: (samples: Uint8Array, at: number, channel: number) => number): RowPainter =>
  ({ samples, from, step, target, to, count }) => {
    for (let i = 0; i < count; i += 1) {
      const at = from + i * step;
      target[to + i * 3] = channel(samples, at, 0);
      target[to + i * 3 + 1] = channel(samples, at, 1);
      target[to + i * 3 + 2] = channel(samples, at, 2);
    }
  };

const paintRgb = painter((samples, at, channel) => samples[at + channel] ?? 0);
const alphaAt = (samples: Uint8Array, at: number): number => samples[at + 3] ?? 0;

/** Whatever is transparent shows white, as glass does. */
const PAINTERS: Record<TileColour, RowPainter> = {
  gray: painter((samples, at) => samples[at] ?? 0),
  'gray-inverted': painter((samples, at) => 255 - (samples[at] ?? 0)),
  rgb: ({ samples, from, target, to, count }) => target.set(samples.subarray(from, from + count * 3), to),
  'rgb-pad': paintRgb,
  'rgb-alpha': painter((samples, at, channel) => {
    const alpha = alphaAt(samples, at);
    return Math.floor(((samples[at + channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255 + 0.5);
  }),
  'rgb-alpha-associated': painter((samples, at, channel) =>
    Math.min(255, (samples[at + channel] ?? 0) + 255 - alphaAt(samples, at)),
  ),
  ycbcr: () => {
    throw new Error('it is YCbCr without JPEG');
  },
};

/** Unpacks a tile that is not JPEG and paints the part of it that is wanted. */
export function paintSamples(job: TilePaint): void {
  const { tile, encoding, canvas, x, y } = job;
  const rowBytes = tile.widthPx * encoding.samples;
  const heights = allowedHeights(job);
  const samples = decompress(encoding.compression, tile.data, rowBytes * Math.max(...heights));
  if (!heights.some((heightPx) => samples.byteLength === heightPx * rowBytes)) {
    throw new Error(
      `it decodes to ${samples.byteLength} bytes where ${tile.widthPx} x ${tile.heightPx} pixels take ${rowBytes * tile.heightPx}`,
    );
  }
  if (encoding.differences) undoDifferences(samples, { rowBytes, samples: encoding.samples });
  const { left, top, right, bottom } = visiblePart(job);
  for (let row = top; row < bottom; row += 1) {
    PAINTERS[encoding.colour]({
      samples,
      from: row * rowBytes + left * encoding.samples,
      step: encoding.samples,
      target: canvas.data,
      to: ((y + row) * canvas.widthPx + x + left) * 3,
      count: right - left,
    });
  }
}
