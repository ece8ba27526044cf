import sharp from 'sharp';
import { hasOnlyBits } from '../domain/count-set.ts';
import { H2gError } from '../domain/error.ts';
import type { BinaryImage } from '../domain/image.ts';

/** The mask that `encodeMaskTiff` wrote, at full size. Throws `object-changed` where it is something else. */
export async function decodeMaskTiff(tiff: Uint8Array): Promise<BinaryImage> {
  const image = sharp(tiff, { page: 0, limitInputPixels: false });
  const { channels } = await image.metadata();
  // Without the colour space sharp would hand out three channels.
  const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  if (channels === 1 && hasOnlyBits(data)) return { widthPx: info.width, heightPx: info.height, data };
  const highest = data.reduce((most, value) => Math.max(most, value), 0);
  throw new H2gError({
    code: 'object-changed',
    message: `mask.tif has ${channels} channels and values up to ${highest}, not one channel of 0 and 1.`,
    hint: 'Something else has written it: start the run again.',
  });
}
