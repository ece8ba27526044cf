import { H2gError } from '../../../domain/error.ts';
import type { RunClient, RunProgress } from '../../../platform/run-client.ts';

/** Where these runs stand. A child that is about to start is named by its cohort before the server knows it: it is left out. */
export async function lookAtRuns(runs: Pick<RunClient, 'progress'>, runIds: readonly string[]): Promise<RunProgress[]> {
  const seen = await Promise.all(
    runIds.map((runId) =>
      runs.progress(runId).catch((error: unknown) => {
        if (error instanceof H2gError && error.code === 'run-missing') return undefined;
        throw error;
      }),
    ),
  );
  return seen.filter((run) => run !== undefined);
}
