/** Thread entry: reads a whole level of a slide, stretched to a size. */
import { workerData } from 'node:worker_threads';
import type { PlaneRequest } from '../../activities/ports.ts';
import { addBytes, type ByteCount } from '../../domain/byte-source.ts';
import type { RgbImage } from '../../domain/image.ts';
import { createTileDecoder } from '../../slides/create-tile-decoder.ts';
import { readPlane } from '../../slides/read-plane.ts';
import { createSlideSourceOpener } from '../open-slide-source.ts';
import { SlideCache } from '../slide-cache.ts';
import { answering } from './thread-answer.ts';
import type { ThreadSettings } from './thread-settings.ts';

const decoder = await createTileDecoder();
const slides = new SlideCache(createSlideSourceOpener(workerData as ThreadSettings).open, { most: 4 });

export const plane = answering(
  async ({ slide, level, widthPx, heightPx }: PlaneRequest): Promise<{ image: RgbImage; bytes: ByteCount }> =>
    slides.use(slide, async (reader, openingBytes) => {
      const { image, bytes } = await readPlane(reader, { level, widthPx, heightPx }, { decoder });
      return { image, bytes: addBytes(bytes, { needed: 0, read: openingBytes }) };
    }),
);
