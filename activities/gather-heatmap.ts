import { gather, type Gathered } from '../domain/gathered.ts';
import { RESULT_FILES, resultKey, scoresKey } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import type { GatherRequest, SegmentSlideActivities } from './contract.ts';
import { followBatches } from './follow-batches.ts';
import { findKept, heatmapOf } from './load-heatmap.ts';
import { encodeJson, loadPlan } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

type GatherHeatmap = (request: GatherRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['gatherHeatmap']>;

/** Follows the scores until every batch is settled, then stores them and the heatmap. */
export const createGatherHeatmap =
  (tools: Pick<ActivityTools, 'store' | 'queue' | 'results'>): GatherHeatmap =>
  async (request, pulse) => {
    const { store, queue } = tools;
    const plan = await loadPlan(store, request.runId);
    const stored = await findKept(store, request.runId);
    const gathered = stored ?? gather(plan, (await followBatches(tools, { request, plan, pulse })).scored);
    if (!stored) await storeHeatmap(tools, plan, gathered);
    await queue.purgeScores(request.runId);
    const cells = gathered.batches.flat();
    return { analysed: cells.filter((score) => score !== null).length, failed: gathered.failures.length };
  };

async function storeHeatmap(
  { store, results }: Pick<ActivityTools, 'store' | 'results'>,
  plan: Plan,
  gathered: Gathered,
): Promise<void> {
  const heatmap = heatmapOf(plan, gathered);
  const { runId } = plan;
  const storeTiff = async (): Promise<void> => {
    const tiff = await results.heatmapTiff({ plan, heatmap });
    await store.put(resultKey(runId, RESULT_FILES.heatmap), tiff, { contentType: 'image/tiff' });
  };
  const storePicture = async (): Promise<void> => {
    const picture = await results.heatmapPicture({ plan, heatmap });
    await store.put(resultKey(runId, RESULT_FILES.heatmapPicture), picture, { contentType: 'image/png' });
  };
  await Promise.all([storeTiff(), storePicture()]);
  // Last: where the scores are, the heatmap is too.
  await store.put(scoresKey(runId), encodeJson(gathered), { contentType: 'application/json' });
}
