import { H2gError } from '../../../domain/error.ts';
import { quarantineIndexKey, runPrefix, RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { Backend } from '../backend.ts';

/**
 * Deletes what the store holds of a run, its report first, so that no half of an old result passes for a whole one.
 * @throws H2gError `usage` while the run is under way
 */
export async function forgetRun({ runs, store }: Pick<Backend, 'runs' | 'store'>, runId: string): Promise<void> {
  if (await isUnderWay(runs, runId))
    throw new H2gError({
      code: 'usage',
      message: `Run ${runId} is under way, so it cannot be begun anew.`,
      hint: `Leave out --again to attach to it, or stop it first: h2g cancel ${runId}`,
    });
  await store.delete(resultKey(runId, RESULT_FILES.report));
  await store.delete(quarantineIndexKey(runId));
  for (const { key } of await store.list(runPrefix(runId))) await store.delete(key);
}

/** Whether the run is under way just now; one that the control server does not know is not. */
export async function isUnderWay(runs: Backend['runs'], runId: string): Promise<boolean> {
  try {
    return (await runs.progress(runId)).state.kind === 'running';
  } catch (error) {
    if (error instanceof H2gError && error.code === 'run-missing') return false;
    throw error;
  }
}
