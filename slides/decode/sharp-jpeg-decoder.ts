import type { JpegDecoder } from './jpeg-decoder.ts';

/** The decoder where libturbojpeg is not found: the same pixels, five times the time. */
export async function createSharpJpegDecoder(detail: string): Promise<JpegDecoder> {
  const { default: sharp } = await import('sharp');
  return {
    name: 'sharp',
    detail,
    async decode({ bytes, frame }, { data, pitchBytes }) {
      // Copied, as the stream's buffer is used again before sharp has read it.
      const picture = sharp(Buffer.from(bytes), { failOn: 'warning' });
      const { data: pixels, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
      if (info.width !== frame.widthPx || info.height !== frame.heightPx || info.channels !== 3) {
        throw new Error(`sharp gave ${info.width} x ${info.height} pixels of ${info.channels} channels`);
      }
      const rowBytes = info.width * 3;
      for (let row = 0; row < info.height; row += 1) {
        data.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), row * pitchBytes);
      }
    },
    close() {},
  };
}
