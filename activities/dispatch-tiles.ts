import { failedBatches } from '../domain/gathered.ts';
import type { DispatchRequest, SegmentSlideActivities } from './contract.ts';
import { findKept } from './load-heatmap.ts';
import { loadPlan } from './load-plan.ts';
import { modelOf, tileBatch } from './make-batches.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';

type DispatchTiles = (request: DispatchRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['dispatchTiles']>;

/**
 * Publishes the batches on which no word has come yet, of a run that is replayed those with failed cells; dispatching again is harmless. After a
 * purge those that detectors are still at work on are left to them; whatever does not come in after all is published by whoever gathers.
 */
export const createDispatchTiles =
  ({ store, queue }: Pick<ActivityTools, 'store' | 'queue'>): DispatchTiles =>
  async ({ runId, spec, lane, afterPurge, anew, forgotten = false, replay = false }, { signal }) => {
    const plan = await loadPlan(store, runId);
    // Begun again after a failure of a later step: detection is done, and its messages would be worked on for nothing.
    const kept = await findKept(store, runId);
    if (kept && !replay) return { published: 0, scored: plan.batches.length };
    const wanted = kept ? failedBatches(kept) : new Set(plan.batches.keys());
    // In this order, in which batches go: from the queue into a hand, and from there to the scores.
    const waiting = await queue.waitingBatches(runId);
    const inHand = afterPurge && !anew ? await queue.batchesInHand(runId) : new Set<number>();
    if (!anew) await queue.forgetFailures(runId);
    else if (!forgotten) await queue.purgeScores(runId);
    const scored = await queue.scoredBatches(runId);
    const missing = [...wanted].filter((batch) => ![waiting, inHand, scored].some((known) => known.has(batch)));
    signal.throwIfAborted();
    const { published } = await queue.dispatch(
      { lane, model: modelOf(spec) },
      missing.map((batch) => tileBatch(plan, spec, { batch, attempt: 0 })),
      { signal },
    );
    return { published, scored: scored.size + plan.batches.length - wanted.size };
  };
