import { setTimeout as delay } from 'node:timers/promises';
import type { TileQueue } from '../domain/tile-queue.ts';
import type { DispatchRequest, SegmentSlideActivities } from './contract.ts';
import { findKept } from './load-heatmap.ts';
import { loadPlan } from './load-plan.ts';
import { modelOf, tileBatch } from './make-batches.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

/** No batch takes longer than its lease; a purged batch in hand has come in by then or never will. */
const LEASE_MS = 10_000;
const QUIET_MS = 2000;

type DispatchTiles = (request: DispatchRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['dispatchTiles']>;

/** Publishes the batches on which no word has come yet; dispatching again is harmless. */
export const createDispatchTiles =
  ({ store, queue }: Pick<ActivityTools, 'store' | 'queue'>): DispatchTiles =>
  async ({ runId, spec, lane, afterPurge, anew }, { signal }) => {
    const plan = await loadPlan(store, runId);
    // Begun again after a failure of a later step: detection is done, and its messages would be worked on for nothing.
    if (await findKept(store, runId)) return { published: 0, scored: plan.batches.length };
    await queue.halt(runId, false);
    if (anew) await queue.purgeScores(runId);
    else await queue.forgetFailures(runId);
    const scored = afterPurge ? await settled(queue, runId, signal) : await queue.scoredBatches(runId);
    const missing = [...plan.batches.keys()].filter((batch) => !scored.has(batch));
    const { published } = await queue.dispatch(
      { lane, model: modelOf(spec) },
      missing.map((batch) => tileBatch(plan, spec, { batch, attempt: 0 })),
    );
    return { published, scored: scored.size };
  };

/** The scored batches once no more come in from hands that held them while their messages were purged. */
async function settled(queue: TileQueue, runId: string, signal: AbortSignal): Promise<Set<number>> {
  const end = performance.now() + LEASE_MS;
  let scored = await queue.scoredBatches(runId);
  for (let before = -1; scored.size !== before && performance.now() < end;) {
    before = scored.size;
    await delay(QUIET_MS, undefined, { signal });
    scored = await queue.scoredBatches(runId);
  }
  return scored;
}
