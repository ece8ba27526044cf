import type { ModelTools } from '../../activities/ports.ts';
import type { BundleFolders } from '../bundle-folders.ts';
import type { Refined, RefineTask } from '../threads/refine-thread.ts';
import type { ThreadPool } from '../threads/thread-pool.ts';

export const createModelTools = (bundles: BundleFolders, refiners: ThreadPool<RefineTask, Refined>): ModelTools => ({
  manifest: async (ref) => (await bundles.loadExactly(ref)).manifest,
  refine: async ({ bundle, image, heatmap }, { signal }) => {
    const { dir } = await bundles.loadExactly(bundle);
    return refiners.run({ bundleDir: dir, image, heatmap }, { signal });
  },
});
