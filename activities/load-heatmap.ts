import { H2gError } from '../domain/error.ts';
import { assembleHeatmap, Gathered } from '../domain/gathered.ts';
import type { Heatmap } from '../domain/heatmap.ts';
import { scoresKey } from '../domain/keys.ts';
import type { ObjectStore } from '../domain/object-store.ts';
import type { Plan } from '../domain/plan.ts';

/** Where every cell failed, the cause may be mended by now, so the scores are found anew. */
export const isWorthKeeping = ({ batches }: Gathered): boolean =>
  batches.length === 0 || batches.flat().some((score) => score !== null);

/** Scores that an earlier run stored and that are worth keeping. */
export async function findKept(store: ObjectStore, runId: string): Promise<Gathered | undefined> {
  const gathered = await findGathered(store, runId);
  return gathered && isWorthKeeping(gathered) ? gathered : undefined;
}

export async function findGathered(store: ObjectStore, runId: string): Promise<Gathered | undefined> {
  const bytes = await store.find(scoresKey(runId));
  return bytes && Gathered.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

/** @throws H2gError `object-missing` when the scores that gathering stored are gone */
export async function loadGathered(store: ObjectStore, runId: string): Promise<Gathered> {
  const gathered = await findGathered(store, runId);
  if (gathered) return gathered;
  throw new H2gError({
    code: 'object-missing',
    message: `The scores of run ${runId} are gone (${store.bucket}/${scoresKey(runId)}).`,
    hint: 'Somebody deleted them in mid-run: start the run again.',
  });
}

export const heatmapOf = (plan: Plan, gathered: Gathered): Heatmap =>
  assembleHeatmap(plan, (batch) => gathered.batches[batch]);

export const loadHeatmap = async (store: ObjectStore, plan: Plan): Promise<Heatmap> =>
  heatmapOf(plan, await loadGathered(store, plan.runId));
