import { setTimeout as delay } from 'node:timers/promises';
import { assembleHeatmap, gather, type Gathered } from '../domain/gathered.ts';
import { RESULT_FILES, resultKey, scoresKey, snapshotKey } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import type { Lane } from '../domain/run-spec.ts';
import type { RunRef, SegmentSlideActivities } from './contract.ts';
import { findKept, heatmapOf } from './load-heatmap.ts';
import { encodeJson, loadPlan } from './load-plan.ts';
import { modelOf, tileBatch } from './make-batches.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';
import { SettledBatches } from './settle-batches.ts';

type GatherRequest = RunRef & { readonly lane: Lane };
type GatherHeatmap = (request: GatherRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['gatherHeatmap']>;

const TICK_MS = 250;
/** After this long without any news, what is neither scored nor queued is published again. */
const SILENCE_MS = 5000;
const SNAPSHOT_MS = 10_000;

/** Follows the scores until every batch is settled, then stores them and the heatmap. */
export const createGatherHeatmap =
  (tools: Pick<ActivityTools, 'store' | 'queue' | 'results'>): GatherHeatmap =>
  async (request, pulse) => {
    const { store, queue } = tools;
    const plan = await loadPlan(store, request.runId);
    const stored = await findKept(store, request.runId);
    const gathered = stored ?? gather(plan, (await follow(tools, { request, plan, pulse })).scored);
    if (!stored) await storeHeatmap(tools, plan, gathered);
    await queue.purgeScores(request.runId);
    const cells = gathered.batches.flat();
    return { analysed: cells.filter((score) => score !== null).length, failed: gathered.failures.length };
  };

interface Following {
  readonly request: GatherRequest;
  readonly plan: Plan;
  readonly pulse: Pulse;
}

async function follow(
  tools: Pick<ActivityTools, 'store' | 'queue' | 'results'>,
  following: Following,
): Promise<SettledBatches> {
  const { request, plan, pulse } = following;
  const settled = new SettledBatches(plan.batches.length);
  const ended = new AbortController();
  const signal = AbortSignal.any([pulse.signal, ended.signal]);
  let heardAt = performance.now();
  const listen = async (): Promise<void> => {
    if (settled.complete) return;
    for await (const scores of tools.queue.followScores(request.runId, signal)) {
      settled.hear(scores);
      heardAt = performance.now();
      pulse.report({ ...settled.cells, total: plan.tissue.cells });
      if (settled.complete) return;
    }
  };
  const tend = async (): Promise<void> => {
    let snapshotAt = performance.now();
    while (!signal.aborted) {
      await dispatchDue(tools, following, settled);
      if (performance.now() - heardAt > SILENCE_MS) {
        await dispatchSilent(tools, following, settled);
        heardAt = performance.now();
      }
      if (performance.now() - snapshotAt > SNAPSHOT_MS) {
        await storeSnapshot(tools, plan, settled);
        snapshotAt = performance.now();
      }
      await delay(TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  pulse.report({ ...settled.cells, total: plan.tissue.cells });
  const tending = tend();
  try {
    await Promise.race([listen(), tending]);
  } finally {
    ended.abort();
    await tending;
  }
  pulse.signal.throwIfAborted();
  return settled;
}

/** Attempts that are due; one whose failed message is not acknowledged yet is refused by the stream and tried at the next tick. */
async function dispatchDue(
  { queue }: Pick<ActivityTools, 'queue'>,
  { request, plan }: Following,
  settled: SettledBatches,
): Promise<void> {
  for (const [batch, attempt] of settled.due) {
    const message = tileBatch(plan, request.spec, { batch, attempt });
    const { published } = await queue.dispatch({ lane: request.lane, model: modelOf(request.spec) }, [message]);
    if (published > 0) settled.due.delete(batch);
  }
}

/** A message, a consumer, a whole stream may have been lost: what nobody has and nobody scored is published again. */
async function dispatchSilent(
  { queue }: Pick<ActivityTools, 'queue'>,
  { request, plan }: Following,
  settled: SettledBatches,
): Promise<void> {
  const waiting = await queue.waitingBatches(request.runId);
  const lost = settled.silent.filter((batch) => !waiting.has(batch));
  const messages = lost.map((batch) => tileBatch(plan, request.spec, { batch, attempt: 0 }));
  await queue.dispatch({ lane: request.lane, model: modelOf(request.spec) }, messages);
}

async function storeSnapshot(
  { store, results }: Pick<ActivityTools, 'store' | 'results'>,
  plan: Plan,
  settled: SettledBatches,
): Promise<void> {
  const heatmap = assembleHeatmap(plan, (batch) => settled.scored.get(batch)?.scores);
  await store.put(snapshotKey(plan.runId), await results.snapshot({ plan, heatmap }), { contentType: 'image/png' });
}

async function storeHeatmap(
  { store, results }: Pick<ActivityTools, 'store' | 'results'>,
  plan: Plan,
  gathered: Gathered,
): Promise<void> {
  const heatmap = heatmapOf(plan, gathered);
  const { runId } = plan;
  await store.put(resultKey(runId, RESULT_FILES.heatmap), await results.heatmapTiff({ plan, heatmap }), {
    contentType: 'image/tiff',
  });
  await store.put(resultKey(runId, RESULT_FILES.heatmapPicture), await results.heatmapPicture({ plan, heatmap }), {
    contentType: 'image/png',
  });
  await store.put(scoresKey(runId), encodeJson(gathered), { contentType: 'application/json' });
}
