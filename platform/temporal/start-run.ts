import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { H2gError } from '../../domain/error.ts';
import type { Lane } from '../../domain/run-spec.ts';
import {
  CONTROL_QUEUE,
  LANE_ATTRIBUTE,
  SEGMENT_SLIDE,
  workflowIdOf,
  type RunMemo,
  type SegmentSlideInput,
} from '../../domain/segment-slide.ts';
import type { StartOptions } from '../run-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { innermostMessage, isGrpc } from './control-error.ts';
import { ensureSearchAttributes } from './ensure-search-attributes.ts';

export type Started = 'started' | 'attached' | 'finished';

/** The lower, the sooner its workflow tasks are handed out, where the server knows priorities; its steps have queues by lane. */
const PRIORITY: Record<Lane, number> = { stat: 1, routine: 3, research: 5 };

const LANE_KEY = defineSearchAttributeKey(LANE_ATTRIBUTE, 'KEYWORD');

/** A run that was cancelled cleans up within seconds, if there is a worker to do it. */
const CLEAN_UP_DEADLINE_MS = 30_000;

/**
 * One id, one run: starts it, or attaches to the one under way. One that is being cancelled is waited for and started again; one that
 * failed, was cancelled or terminated starts again; one that has finished does so only with `again` or `replay`.
 */
export async function startRun(
  link: TemporalLink,
  input: SegmentSlideInput,
  options: StartOptions = {},
): Promise<Started> {
  for (;;) {
    const running = await describeRunning(link, input.runId);
    if (running?.raw.workflowExtendedInfo?.cancelRequested === true) {
      await waitForEnd(link, running, input.runId);
      continue;
    }
    try {
      const { firstExecutionRunId } = await startRegistered(link, input, options);
      return firstExecutionRunId === running?.runId ? 'attached' : 'started';
    } catch (thrown) {
      if (thrown instanceof WorkflowExecutionAlreadyStartedError) return 'finished';
      throw thrown;
    }
  }
}

/** It took 19 ms on the dev server; clusters read their settings anew every few seconds. */
const KNOWN_AFTER_MS = [0, 20, 200, 1_000, 5_000];

/** A server that does not know our search attribute refuses every start: it is told, and knows it moments later. */
async function startRegistered(
  link: TemporalLink,
  input: SegmentSlideInput,
  options: StartOptions,
): ReturnType<typeof startOrAttach> {
  for (const waitMs of KNOWN_AFTER_MS) {
    await delay(waitMs);
    try {
      return await link.promptly(() => startOrAttach(link, input, options));
    } catch (thrown) {
      if (!isUnregistered(thrown)) throw thrown;
      if (waitMs === 0) await ensureSearchAttributes(link.connection, link.client.options.namespace);
    }
  }
  return link.promptly(() => startOrAttach(link, input, options));
}

const isUnregistered = (thrown: unknown): boolean =>
  isGrpc(thrown, 'INVALID_ARGUMENT') && innermostMessage(thrown).includes(LANE_ATTRIBUTE);

const startOrAttach = ({ client }: TemporalLink, input: SegmentSlideInput, options: StartOptions) => {
  const { again = false, replay = false, submitter } = options;
  const memo: RunMemo = { slideName: input.spec.slide.name, lane: input.lane, submitter };
  return client.workflow.start(SEGMENT_SLIDE, {
    workflowId: workflowIdOf(input.runId),
    taskQueue: CONTROL_QUEUE,
    args: [{ ...input, again, replay, ...(submitter === undefined ? {} : { submitter }) }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: again || replay ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    // The default of 10 s is how long a run stands still whose worker died at the wrong moment.
    workflowTaskTimeout: '2s',
    memo,
    typedSearchAttributes: [{ key: LANE_KEY, value: input.lane }],
    priority: { priorityKey: PRIORITY[input.lane], fairnessKey: submitter ?? '' },
  });
};

async function describeRunning(
  { client, promptly }: TemporalLink,
  runId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const description = await promptly(() => client.workflow.getHandle(workflowIdOf(runId)).describe());
    return description.status.name === 'RUNNING' ? description : undefined;
  } catch (thrown) {
    if (thrown instanceof WorkflowNotFoundError) return undefined;
    throw thrown;
  }
}

/** @throws H2gError `control-unreachable` where nobody ends it */
async function waitForEnd(
  { client, connection }: TemporalLink,
  dying: WorkflowExecutionDescription,
  runId: string,
): Promise<void> {
  const handle = client.workflow.getHandle(dying.workflowId, dying.runId, { followRuns: false });
  try {
    await connection.withDeadline(Date.now() + CLEAN_UP_DEADLINE_MS, () => handle.result());
  } catch (thrown) {
    if (thrown instanceof WorkflowFailedError) return;
    if (!isGrpc(thrown, 'DEADLINE_EXCEEDED')) throw thrown;
    throw new H2gError(
      {
        code: 'control-unreachable',
        message: `Run ${runId} is being cancelled, but has not ended within ${CLEAN_UP_DEADLINE_MS / 1000} s.`,
        hint: 'Look whether an orchestrator is running (h2g worker orchestrator), then start the run again.',
      },
      { cause: thrown },
    );
  }
}
