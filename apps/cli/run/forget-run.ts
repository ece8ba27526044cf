import { H2gError } from '../../../domain/error.ts';
import { quarantineIndexKey, runPrefix, RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { Backend } from '../backend.ts';
import { knownRun } from './known-run.ts';

/**
 * Deletes what the store holds of a run, its report first, so that no half of an old result passes for a whole one.
 * @throws H2gError `usage` while the run is under way
 */
export async function forgetRun({ runs, store }: Pick<Backend, 'runs' | 'store'>, runId: string): Promise<void> {
  if ((await knownRun(runs, runId))?.state.kind === 'running')
    throw new H2gError({
      code: 'usage',
      message: `Run ${runId} is under way, so it cannot be begun anew.`,
      hint: `Leave out --again to attach to it, or stop it first: h2g cancel ${runId}`,
    });
  await store.delete(resultKey(runId, RESULT_FILES.report));
  await store.delete(quarantineIndexKey(runId));
  for (const { key } of await store.list(runPrefix(runId))) await store.delete(key);
}
