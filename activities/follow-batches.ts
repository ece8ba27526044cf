import { setTimeout as delay } from 'node:timers/promises';
import { assembleHeatmap, type BatchScores } from '../domain/gathered.ts';
import { snapshotKey } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import type { GatherRequest } from './contract.ts';
import { modelOf, tileBatch } from './make-batches.ts';
import { Outlook } from './outlook.ts';
import type { ActivityTools } from './ports.ts';
import type { Pulse } from './pulse.ts';
import { SettledBatches } from './settle-batches.ts';

export type FollowTools = Pick<ActivityTools, 'store' | 'queue' | 'results'>;

export interface Following {
  readonly request: GatherRequest;
  readonly plan: Plan;
  readonly pulse: Pulse;
  /** Of batches that are not done again. */
  readonly kept?: readonly BatchScores[];
}

const TICK_MS = 250;
/** After this long without any news, what is neither scored nor queued is published again. */
const SILENCE_MS = 5000;
const SNAPSHOT_MS = 10_000;

/** Hears the scores of a run until every batch is settled; meanwhile what failed or was lost is dispatched again. */
export async function followBatches(tools: FollowTools, following: Following): Promise<SettledBatches> {
  const { plan, pulse } = following;
  const settled = new SettledBatches(plan.batches.length, following.kept);
  const outlook = new Outlook({ ...following, settled });
  const tell = (): void =>
    pulse.report({ ...settled.cells, total: plan.tissue.cells, trouble: settled.trouble, ...outlook.foreseen });
  tell();
  const ended = new AbortController();
  const signal = AbortSignal.any([pulse.signal, ended.signal]);
  const news = { heardAtMs: performance.now() };
  const hearing = { settled, signal, news, tell };
  const tending = tend(tools, following, hearing);
  const watching = outlook.watch(tools.queue, signal);
  try {
    await Promise.race([listen(tools, following, hearing), tending]);
  } finally {
    ended.abort();
    await Promise.all([tending, watching]);
  }
  pulse.signal.throwIfAborted();
  return settled;
}

interface Hearing {
  readonly settled: SettledBatches;
  readonly signal: AbortSignal;
  /** When anything was heard last, by `performance.now()`. */
  readonly news: { heardAtMs: number };
  /** How it stands, for the next heartbeats. */
  readonly tell: () => void;
}

async function listen({ queue }: FollowTools, { request }: Following, hearing: Hearing): Promise<void> {
  const { settled, signal, news, tell } = hearing;
  if (settled.complete) return;
  for await (const scores of queue.followScores(request.runId, signal)) {
    settled.hear(scores);
    news.heardAtMs = performance.now();
    tell();
    if (settled.complete) return;
  }
}

async function tend(tools: FollowTools, following: Following, hearing: Hearing): Promise<void> {
  const { settled, signal, news, tell } = hearing;
  let snapshotAtMs = performance.now();
  while (!signal.aborted) {
    tell();
    await dispatchDue(tools, following, settled);
    if (performance.now() - news.heardAtMs > SILENCE_MS) {
      await dispatchSilent(tools, following, settled);
      news.heardAtMs = performance.now();
    }
    if (performance.now() - snapshotAtMs > SNAPSHOT_MS) {
      await storeSnapshot(tools, following.plan, settled);
      snapshotAtMs = performance.now();
    }
    await delay(TICK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Attempts that are due; one whose failed message is not acknowledged yet is refused by the stream and tried at the next tick. */
async function dispatchDue(
  { queue }: FollowTools,
  { request, plan }: Following,
  settled: SettledBatches,
): Promise<void> {
  for (const [batch, attempt] of settled.due) {
    const message = tileBatch(plan, request.spec, { batch, attempt });
    const { published } = await queue.dispatch({ lane: request.lane, model: modelOf(request.spec) }, [message]);
    if (published > 0) settled.due.delete(batch);
  }
}

/** A message, a consumer, a whole stream may have been lost: what nobody has, not even in hand, and nobody scored is published again. */
async function dispatchSilent(
  { queue }: FollowTools,
  { request, plan, pulse: { signal } }: Following,
  settled: SettledBatches,
): Promise<void> {
  await queue.dropStranded({ lane: request.lane, model: modelOf(request.spec), runId: request.runId });
  const waiting = await queue.waitingBatches(request.runId);
  const unheard = settled.silent.filter((batch) => !waiting.has(batch));
  const inHand = unheard.length > 0 ? await queue.batchesInHand(request.runId) : new Set<number>();
  const lost: number[] = [];
  for (const batch of unheard.filter((one) => !inHand.has(one))) {
    const word = await queue.lastWord(request.runId, batch);
    // It was stored while the line was away, and is on its way here.
    if (word?.kind !== 'scored') lost.push(batch);
  }
  const messages = lost.map((batch) => tileBatch(plan, request.spec, { batch, attempt: 0 }));
  // With nothing lost too: consumers may be gone, or a ring.
  await queue.dispatch({ lane: request.lane, model: modelOf(request.spec) }, messages, { signal });
}

async function storeSnapshot({ store, results }: FollowTools, plan: Plan, settled: SettledBatches): Promise<void> {
  const heatmap = assembleHeatmap(plan, (batch) => settled.scored.get(batch)?.scores);
  await store.put(snapshotKey(plan.runId), await results.snapshot({ plan, heatmap }), { contentType: 'image/png' });
}
