import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { H2gError } from '../../../domain/error.ts';
import type { BinaryImage } from '../../../domain/image.ts';

/** The full-size page of a `mask.tif`. @throws H2gError `internal` where it is not 8 bit, 0 and 1 */
export async function readMask(path: string): Promise<BinaryImage> {
  const { data, info } = await sharp(await readFile(path), { page: 0 })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (data.some((value) => value > 1))
    throw new H2gError({
      code: 'internal',
      message: `${path} has other values than 0 and 1.`,
      hint: 'This should not happen: please report it with the log.',
    });
  return { widthPx: info.width, heightPx: info.height, data: new Uint8Array(data) };
}

/** A mask as a picture that any program shows: black and white. */
export async function writeMaskPicture(path: string, { widthPx, heightPx, data }: BinaryImage): Promise<void> {
  const raw = { width: widthPx, height: heightPx, channels: 1 } as const;
  await writeFile(
    path,
    await sharp(
      data.map((value) => value * 255),
      { raw },
    )
      .png()
      .toBuffer(),
  );
}
