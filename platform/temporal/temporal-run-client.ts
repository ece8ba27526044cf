import { WorkflowFailedError, type WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { H2gError } from '../../domain/error.ts';
import {
  PAUSE_UPDATE,
  RESUME_UPDATE,
  SEGMENT_SLIDE,
  SET_LANE_UPDATE,
  workflowIdOf,
  type SegmentSlideResult,
} from '../../domain/segment-slide.ts';
import type { RunClient, RunProgress, RunSummary } from '../run-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { controlError } from './control-error.ts';
import { describeRun } from './describe-run.ts';
import { newestExecutions } from './newest-executions.ts';
import { createEstimateWait } from './estimate-wait.ts';
import { endOf, readRun } from './read-run.ts';
import { runFailure } from './run-failure.ts';
import { startRun } from './start-run.ts';
import { updateRun, type RunUpdate } from './update-run.ts';

const RUNS = `WorkflowType = '${SEGMENT_SLIDE}'`;

/** Runs as workflows of Temporal. It closes the link that it is given. */
export function createTemporalRunClient(link: TemporalLink): RunClient {
  const { client, connection, promptly } = link;
  const tools = { link, estimateWait: createEstimateWait(link) };
  const handleOf = (runId: string) => client.workflow.getHandle<() => Promise<SegmentSlideResult>>(workflowIdOf(runId));
  const attempt = async <T>(doing: string, runId: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof WorkflowFailedError) throw runFailure(thrown, runId);
      if (thrown instanceof WorkflowNotFoundError) throw missing(runId, thrown);
      throw controlError(thrown, `${doing} run ${runId}`);
    }
  };
  const update = (runId: string, change: RunUpdate): Promise<void> =>
    attempt(change.name, runId, () => updateRun(link, runId, change));

  const progressOf = async (info: WorkflowExecutionInfo): Promise<RunProgress> => {
    if (info.status.name !== 'RUNNING') return { ...describeRun(info), state: await endOf(link, info) };
    return readRun(tools, await client.workflow.getHandle(info.workflowId, info.runId).describe());
  };

  return {
    start: (runId, spec, lane, options) =>
      attempt('start', runId, () => startRun(link, { runId, spec, lane }, options)),

    progress: (runId) =>
      attempt('look at', runId, () => promptly(async () => readRun(tools, await handleOf(runId).describe()))),

    list: (limit) =>
      attempt('list', 'of the namespace', async () => {
        const runs = await promptly(async () =>
          Promise.all((await newestExecutions(link, RUNS, limit)).map(progressOf)),
        );
        return runs.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
      }),

    async result(runId, { signal } = {}) {
      const wait = async (): Promise<RunSummary> => ({ runId, outcome: (await handleOf(runId).result()).outcome });
      const work = (): Promise<RunSummary> =>
        signal === undefined ? wait() : connection.withAbortSignal(signal, wait);
      try {
        return await attempt('wait for', runId, work);
      } catch (thrown) {
        signal?.throwIfAborted();
        throw thrown;
      }
    },

    cancel: (runId) =>
      attempt('cancel', runId, async () => {
        try {
          await promptly(() => handleOf(runId).cancel());
        } catch (thrown) {
          if (!(thrown instanceof WorkflowNotFoundError)) throw thrown;
          // The same answer is given for one that has ended; describing it throws only where there is none.
          await promptly(() => handleOf(runId).describe());
        }
      }),

    pause: (runId) => update(runId, { name: PAUSE_UPDATE }),
    resume: (runId) => update(runId, { name: RESUME_UPDATE }),
    setLane: (runId, lane) => update(runId, { name: SET_LANE_UPDATE, lane }),
    close: () => link.close(),
  };
}

const missing = (runId: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'run-missing',
      message: `There is no run ${runId}.`,
      hint: 'See h2g status for the runs there are; those that ended long ago are forgotten, but their results stay in the store.',
    },
    { cause },
  );
