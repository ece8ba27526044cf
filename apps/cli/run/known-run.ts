import { H2gError } from '../../../domain/error.ts';
import type { RunClient, RunProgress } from '../../../platform/run-client.ts';

/** Where a run stands; undefined where the control server knows none of this id. @throws H2gError `control-unreachable` */
export async function knownRun(runs: Pick<RunClient, 'progress'>, runId: string): Promise<RunProgress | undefined> {
  try {
    return await runs.progress(runId);
  } catch (error) {
    if (error instanceof H2gError && error.code === 'run-missing') return undefined;
    throw error;
  }
}
