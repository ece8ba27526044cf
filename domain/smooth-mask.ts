import type { BinaryImage } from './image.ts';
import { withinRadius, type PixelUm } from './within-radius.ts';

/** The radius of the original's QuPath scripts: 50 um in, 100 out, 50 in. */
const SMOOTHING_UM = 50;

/**
 * Rounds a mask off as the original's QuPath scripts do their outlines. The 100 um out are two steps of 50 (an opening, then a closing): on a
 * plane of 4 um/px a step of 50 um is 12 pixels and one of 100 um 25, and a straight edge would move by a pixel. Beyond the border nothing
 * dilates and nothing erodes, so what the slide's edge cuts stays cut straight.
 */
export function smoothMask(mask: BinaryImage, pixelUm: PixelUm): BinaryImage {
  const opened = dilateMask(erodeMask(mask, SMOOTHING_UM, pixelUm), SMOOTHING_UM, pixelUm);
  return erodeMask(dilateMask(opened, SMOOTHING_UM, pixelUm), SMOOTHING_UM, pixelUm);
}

/** Sets what lies within `radiusUm` of a set pixel, from centre to centre. */
export const dilateMask = (mask: BinaryImage, radiusUm: number, pixelUm: PixelUm): BinaryImage => ({
  ...mask,
  data: withinRadius(mask, 1, radiusUm, pixelUm),
});

/** Clears what lies within `radiusUm` of a pixel that is not set, from centre to centre. */
export function erodeMask(mask: BinaryImage, radiusUm: number, pixelUm: PixelUm): BinaryImage {
  const data = withinRadius(mask, 0, radiusUm, pixelUm);
  for (let i = 0; i < data.length; i++) data[i] = 1 - data[i]!;
  return { ...mask, data };
}
