import { setTimeout as delay } from 'node:timers/promises';
import { RESULT_FILES, resultKey } from '../../domain/keys.ts';
import type { ObjectStore } from '../../domain/object-store.ts';
import { TILES_STREAM } from '../../domain/subjects.ts';
import { sha256 } from '../../platform/digest.ts';
import type { TrackedRun } from './tracked-run.ts';
import type { World } from './world.ts';

/** Digests of a run's files; `report.json` is left out, as it holds times and worker ids. */
export type ResultDigests = Readonly<Record<string, string>>;

export async function digestResults(store: ObjectStore, runId: string): Promise<ResultDigests> {
  const names = Object.values(RESULT_FILES).filter((name) => name !== RESULT_FILES.report);
  const entries = names.map(async (name) => {
    const key = resultKey(runId, name);
    return [name, (await store.head(key)) === undefined ? 'missing' : sha256(await store.get(key))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What is wrong with a run's end or its files, in words. */
export async function checkRun(
  { test: { runId, lane }, end }: TrackedRun,
  { store }: Pick<World, 'store'>,
  undisturbed: ResultDigests,
): Promise<string[]> {
  const name = `the ${lane} run ${runId}`;
  if (end === undefined) return [`${name} did not end in time`];
  if ('error' in end) return [`${name} ended with ${end.error.code}: ${end.error.message}`];
  if (end.outcome !== 'done') return [`${name} ended as ${end.outcome}`];
  const found = await digestResults(store, runId);
  return Object.keys(undisturbed)
    .filter((file) => found[file] !== undisturbed[file])
    .map((file) => `${file} of ${name} ${found[file] === 'missing' ? 'is missing' : 'differs'}`);
}

const EMPTY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 250;

/** When all runs have ended, no batch may wait, and none may be in work for nobody. */
export async function checkQueue({ link }: Pick<World, 'link'>): Promise<string[]> {
  const deadline = performance.now() + EMPTY_WITHIN_MS;
  for (;;) {
    const left = await link.jsm.streams.info(TILES_STREAM).then(
      ({ state }) => state.messages,
      () => undefined,
    );
    if (left === 0) return [];
    if (performance.now() > deadline)
      return [`${left ?? 'nobody knows how many'} batches are left in the queue with all runs ended`];
    await delay(LOOK_EVERY_MS);
  }
}
