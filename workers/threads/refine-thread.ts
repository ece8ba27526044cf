/** Thread entry: the refinement network. */
import { workerData } from 'node:worker_threads';
import type { FloatImage, RgbImage } from '../../domain/image.ts';
import { createRefiner } from '../../models/create-refiner.ts';
import { readBundle } from '../../models/load-bundle.ts';
import { answering } from './thread-answer.ts';
import type { ThreadSettings } from './thread-settings.ts';

export interface RefineTask {
  readonly bundleDir: string;
  readonly image: RgbImage;
  readonly heatmap: FloatImage;
}

export interface Refined {
  readonly probabilities: FloatImage;
  readonly provider: string;
}

const { providers, refineThreads } = workerData as ThreadSettings;

/** The network is opened for one slide and let go: it holds more memory than all else, and works once a slide. */
export const refine = answering(async ({ bundleDir, image, heatmap }: RefineTask): Promise<Refined> => {
  const refiner = await createRefiner(await readBundle(bundleDir), { providers, intraOpThreads: refineThreads });
  try {
    return { probabilities: await refiner.refine(image, heatmap), provider: refiner.provider };
  } finally {
    await refiner.release();
  }
});
