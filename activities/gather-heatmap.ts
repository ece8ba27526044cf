import type { Gathered } from '../domain/gathered.ts';
import { RESULT_FILES, resultKey, scoresKey } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import type { GatherRequest, SegmentSlideActivities } from './contract.ts';
import { gatherScores } from './gather-scores.ts';
import type { QuarantineTools } from './keep-cell-bytes.ts';
import { findGathered, heatmapOf, isWorthKeeping } from './load-heatmap.ts';
import { encodeJson, loadPlan } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';
import { quarantineCells, releaseCells } from './quarantine-cells.ts';

type GatherHeatmap = (request: GatherRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['gatherHeatmap']>;
type GatherTools = Pick<ActivityTools, 'store' | 'queue' | 'results'> & QuarantineTools;

/**
 * Follows the scores until every batch is settled, then stores the failed cells, the heatmap and the scores. The words in the stream stay: one
 * who stood still and wakes up here must not take them from another who gathers meanwhile.
 */
export const createGatherHeatmap =
  (tools: GatherTools): GatherHeatmap =>
  async (request, pulse) => {
    const { store } = tools;
    const plan = await loadPlan(store, request.runId);
    const stored = await findGathered(store, request.runId);
    const kept = stored && isWorthKeeping(stored) ? stored : undefined;
    const gathered = kept && !request.replay ? kept : await gatherScores(tools, { request, plan, pulse, before: kept });
    if (gathered !== kept) {
      if (gathered.failures.length > 0)
        await quarantineCells(tools, { plan, spec: request.spec, gathered, signal: pulse.signal });
      if (stored && !sameScores(stored, gathered)) await store.delete(resultKey(request.runId, RESULT_FILES.report));
      await storeHeatmap(tools, plan, gathered);
    }
    // Done again too by one who was killed before he came to it, and begins with what is stored.
    if (stored) await releaseCells(tools, request.runId, gathered.failures);
    const cells = gathered.batches.flat();
    return { analysed: cells.filter((score) => score !== null).length, failed: gathered.failures.length };
  };

/** Where they differ, the report that lies there is of other results, and nobody may take it for that of the new ones. */
const sameScores = (a: Gathered, b: Gathered): boolean => JSON.stringify(a.batches) === JSON.stringify(b.batches);

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
