import type { RunClient, RunProgress } from '../../../platform/run-client.ts';
import { knownRun } from '../run/known-run.ts';

/** Where these runs stand. A child that is about to start is named by its cohort before the server knows it: it is left out. */
export async function lookAtRuns(runs: Pick<RunClient, 'progress'>, runIds: readonly string[]): Promise<RunProgress[]> {
  const seen = await Promise.all(runIds.map((runId) => knownRun(runs, runId)));
  return seen.filter((run) => run !== undefined);
}
