import type { PlaneRequest, SlideTools } from '../../activities/ports.ts';
import type { ByteCount } from '../../domain/byte-source.ts';
import type { RgbImage } from '../../domain/image.ts';
import type { SlideCache } from '../slide-cache.ts';
import type { LanePools } from '../threads/lane-pools.ts';

export type PlanePools = LanePools<PlaneRequest, { image: RgbImage; bytes: ByteCount }>;

/** Headers are read here, pixels in threads. */
export const createSlideTools = (slides: SlideCache, planes: Pick<PlanePools, 'run'>): SlideTools => ({
  inspect: (slide) =>
    slides.use(slide, async ({ info }, openingBytes) => ({ info, bytes: { needed: 0, read: openingBytes } })),
  checkTiles: ({ slide, level }, { signal }) =>
    slides.use(slide, async (reader, openingBytes) => {
      const { readBytes } = await reader.checkTiles(level, { signal });
      return { needed: 0, read: openingBytes + readBytes };
    }),
  readStoredTiles: ({ slide, level, rect }, { signal }) =>
    slides.use(slide, (reader) => reader.readStoredTiles({ level, rect }, { signal })),
  readPlane: (request, computing) => planes.run(request, computing),
});
