import type { ModelTools } from '../../activities/ports.ts';
import type { BundleFolders } from '../bundle-folders.ts';
import type { Refined, RefineTask } from '../threads/refine-thread.ts';
import type { LanePools } from '../threads/lane-pools.ts';

export const createModelTools = (bundles: BundleFolders, refiners: LanePools<RefineTask, Refined>): ModelTools => ({
  manifest: async (ref) => (await bundles.loadExactly(ref)).manifest,
  refine: async ({ bundle, image, heatmap }, computing) => {
    const { dir } = await bundles.loadExactly(bundle);
    return refiners.run({ bundleDir: dir, image, heatmap }, computing);
  },
});
