import sharp from 'sharp';
import type { Size } from '../domain/geometry.ts';
import { CELL_STATUS, countStatus, type Heatmap } from '../domain/heatmap.ts';
import type { BinaryImage, RgbImage } from '../domain/image.ts';
import type { GridPlacement } from '../domain/refinement-input.ts';
import { OUTLINE_COLOUR } from './draw-legend.ts';
import { failedItem } from './encode-heatmap-picture.ts';
import { framePicture } from './frame-picture.ts';
import { layHeatmap, layOutline } from './overlay-layers.ts';

export interface OverlayInput {
  /** The whole slide at any size; it is stretched to the slide's shape. */
  readonly thumbnail: RgbImage;
  readonly heatmap: Heatmap;
  /** How the cells lie on the slide. */
  readonly grid: GridPlacement;
  /** Stretched over the slide. */
  readonly mask: BinaryImage;
  /** Level 0. */
  readonly slideSize: Size;
  /** um/px of level 0. */
  readonly mpp: number;
  readonly slideName: string;
  /** One line on what came out. */
  readonly outcomeLine: string;
}

const LONG_SIDE_PX = 1_280;

/** `overlay.png`, the picture that a person looks at first: slide, heatmap and outline, with scale bar and legend. */
export async function encodeOverlayPicture(input: OverlayInput): Promise<Uint8Array> {
  const { heatmap, grid, mask, slideSize, mpp } = input;
  const picture = await stretchPicture(input.thumbnail, pictureSize(slideSize));
  layHeatmap(picture, heatmap, grid);
  layOutline(picture, mask, OUTLINE_COLOUR);
  return framePicture({
    picture,
    umPerPx: (slideSize.widthPx * mpp) / picture.widthPx,
    title: input.slideName,
    subtitle: input.outcomeLine,
    legend: [
      { kind: 'scores', label: 'tumour probability' },
      { kind: 'outline', label: 'tumour outline' },
      ...failedItem(countStatus(heatmap, CELL_STATUS.failed)),
    ],
  });
}

function pictureSize({ widthPx, heightPx }: Size): Size {
  const scale = LONG_SIDE_PX / Math.max(widthPx, heightPx);
  return { widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) };
}

async function stretchPicture({ widthPx, heightPx, data }: RgbImage, size: Size): Promise<RgbImage> {
  const stretched = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(size.widthPx, size.heightPx, { fit: 'fill' })
    .raw()
    .toBuffer();
  return { ...size, data: stretched };
}
