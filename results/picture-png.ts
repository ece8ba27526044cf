import sharp from 'sharp';
import type { RgbImage } from '../domain/image.ts';

/** A picture as PNG, without loss. */
export const encodePicture = ({ widthPx, heightPx, data }: RgbImage): Promise<Uint8Array> =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();

/** The picture that `encodePicture` wrote. */
export async function decodePicture(png: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(png)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, data };
}
