import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CONTROL_QUEUE,
  priorityOf,
  SEGMENT_SLIDE,
  WORKFLOW_TASK_TIMEOUT,
  workflowIdOf,
  type RunMemo,
  type SegmentSlideInput,
} from '../../domain/segment-slide.ts';
import type { StartOptions } from '../run-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { findRunning } from './running-workflow.ts';
import { laneOf, startRegistered } from './start-registered.ts';

export type Started = 'started' | 'attached' | 'finished';

/**
 * One id, one run: starts it, or attaches to the one under way. One that is being cancelled is waited for and started again; one that
 * failed, was cancelled or terminated starts again; one that has finished does so only with `again` or `replay`.
 */
export async function startRun(
  link: TemporalLink,
  input: SegmentSlideInput,
  options: StartOptions = {},
): Promise<Started> {
  const running = await findRunning(link, workflowIdOf(input.runId), `Run ${input.runId}`);
  try {
    const { firstExecutionRunId } = await startRegistered(link, () => startOrAttach(link, input, options));
    return firstExecutionRunId === running?.runId ? 'attached' : 'started';
  } catch (thrown) {
    if (thrown instanceof WorkflowExecutionAlreadyStartedError) return 'finished';
    throw thrown;
  }
}

const startOrAttach = ({ client }: TemporalLink, input: SegmentSlideInput, options: StartOptions) => {
  const { again = false, replay = false, submitter } = options;
  const memo: RunMemo = { slideName: input.spec.slide.name, lane: input.lane, submitter };
  return client.workflow.start(SEGMENT_SLIDE, {
    workflowId: workflowIdOf(input.runId),
    taskQueue: CONTROL_QUEUE,
    args: [{ ...input, again, replay, ...(submitter === undefined ? {} : { submitter }) }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: again || replay ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    memo,
    typedSearchAttributes: laneOf(input.lane),
    priority: priorityOf(input.lane, submitter),
  });
};
