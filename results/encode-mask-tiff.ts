import sharp from 'sharp';
import type { Size } from '../domain/geometry.ts';
import type { BinaryImage } from '../domain/image.ts';

const UM_PER_MM = 1_000;
const TILE_PX = 256;

export interface MaskTiffInput {
  readonly mask: BinaryImage;
  /** Level 0 of the slide, over which the mask is stretched. */
  readonly slideSize: Size;
  /** um/px of level 0. */
  readonly mpp: number;
}

/**
 * `mask.tif`: a pyramidal tiled BigTIFF, one channel of 8 bit, 1 is tumour. Its resolution tags make it lie on the slide in OpenSlide and
 * QuPath: a pixel is the slide's length over the mask's, about 4 um.
 */
export function encodeMaskTiff({ mask, slideSize, mpp }: MaskTiffInput): Promise<Uint8Array> {
  const { widthPx, heightPx, data } = mask;
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 1 } })
    .toColourspace('b-w')
    .tiff({
      compression: 'deflate',
      predictor: 'none',
      tile: true,
      tileWidth: TILE_PX,
      tileHeight: TILE_PX,
      pyramid: true,
      bigtiff: true,
      resolutionUnit: 'cm',
      // sharp takes pixels a millimetre, whatever the unit.
      xres: UM_PER_MM / ((slideSize.widthPx * mpp) / widthPx),
      yres: UM_PER_MM / ((slideSize.heightPx * mpp) / heightPx),
    })
    .toBuffer();
}
