import { setTimeout as delay } from 'node:timers/promises';
import { hasResults } from '../../domain/segment-cohort.ts';
import { findReport } from './cohort-objects.ts';
import type { FollowedRun } from './contract.ts';
import { inChunks } from './in-chunks.ts';
import type { CohortTools } from './ports.ts';

/** A look costs the server 3 ms: with many runs it looks less often. */
const LOOK_EVERY_MS = 1_000;
const LOOK_EVERY_MS_A_RUN = 20;
/** Before its time limit; the workflow asks again. */
const PATIENCE_MS = 30 * 60_000;
/** Each may carry an error's sentences, and an answer stays under 64 KB. */
const MOST_ENDED = 32;

/** Runs that are no children of the asking workflow: somebody else started them, or an execution of it that has ended. */
export const createAwaitRuns =
  ({ store, lookAtRun }: Pick<CohortTools, 'store' | 'lookAtRun'>) =>
  async ({ runIds }: { readonly runIds: readonly string[] }, signal: AbortSignal): Promise<readonly FollowedRun[]> => {
    const seenUnderWay = new Set<string>();
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const ended: FollowedRun[] = [];
      await inChunks(runIds, async (runId) => {
        signal.throwIfAborted();
        if (ended.length >= MOST_ENDED) return;
        const seen = await lookAtRun(runId);
        if (seen?.kind === 'running') seenUnderWay.add(runId);
        else ended.push(await endedRun(runId, seen));
      });
      if (ended.length > 0 || performance.now() > until) return ended;
      await delay(Math.max(LOOK_EVERY_MS, runIds.length * LOOK_EVERY_MS_A_RUN), undefined, { signal });
    }

    async function endedRun(runId: string, seen: FollowedRun['end'] | undefined): Promise<FollowedRun> {
      const report = await findReport(store, runId);
      const delivered = report !== undefined && hasResults(report.outcome);
      return { runId, end: seen ?? goneRun(runId, delivered), delivered, waited: seenUnderWay.has(runId) };
    }
  };

const goneRun = (runId: string, delivered: boolean): FollowedRun['end'] =>
  delivered
    ? { kind: 'finished' }
    : {
        kind: 'failed',
        error: {
          code: 'run-failed',
          message: `Run ${runId} is not known to the control server any more, and has left no results.`,
          hint: 'Somebody deleted it there: start it again.',
        },
      };
