import sharp from 'sharp';
import { H2gError } from '../domain/error.ts';
import type { BinaryImage } from '../domain/image.ts';

/** The mask that `encodeMaskTiff` wrote, at full size. Throws `object-changed` where it is something else. */
export async function decodeMaskTiff(tiff: Uint8Array): Promise<BinaryImage> {
  const { data, info } = await sharp(tiff, { page: 0, limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 1 && !data.some((value) => value > 1)) {
    return { widthPx: info.width, heightPx: info.height, data };
  }
  throw new H2gError({
    code: 'object-changed',
    message: `mask.tif has ${info.channels} channels and values up to ${data.reduce((a, b) => Math.max(a, b), 0)}, not one of 0 and 1.`,
    hint: 'Something else has written it: start the run again.',
  });
}
