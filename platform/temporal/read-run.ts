import {
  WorkflowFailedError,
  type WorkflowExecutionDescription,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import { z } from 'zod';
import { LANES } from '../../domain/run-spec.ts';
import { PROGRESS_QUERY, type ProgressAnswer, type SegmentSlideResult } from '../../domain/segment-slide.ts';
import type { RunProgress, RunState } from '../run-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { activityOf, describeRun, runIdOfWorkflow } from './describe-run.ts';
import type { EstimateWait } from './estimate-wait.ts';
import { runFailure } from './run-failure.ts';

/** A query needs a worker that lives; it is an extra, and nobody waits for it longer. */
const QUERY_DEADLINE_MS = 1_000;

const Answer = z.object({
  stage: z.enum(['planning', 'detecting', 'refining', 'delivering']),
  paused: z.boolean(),
  lane: z.enum(LANES),
}) satisfies z.ZodType<ProgressAnswer>;

export interface ReadTools {
  readonly link: TemporalLink;
  readonly estimateWait: EstimateWait;
}

/** Where a run stands, from its description. */
export async function readRun(
  { link, estimateWait }: ReadTools,
  description: WorkflowExecutionDescription,
): Promise<RunProgress> {
  const told = describeRun(description);
  if (description.status.name !== 'RUNNING') return { ...told, state: await endOf(link, description) };
  const activity = activityOf(description);
  if (activity !== undefined) {
    const { stage, waitsForDetection, ...stands } = activity;
    const etaSeconds = waitsForDetection ? await estimateWait(told) : activity.etaSeconds;
    return { ...told, ...stands, state: { kind: 'running', stage, paused: false }, etaSeconds };
  }
  // With nothing under way it is paused, or waits for a worker; only the workflow itself can tell which.
  const answer = await askWorkflow(link, description);
  const state: RunState = { kind: 'running', stage: answer?.stage ?? 'waiting', paused: answer?.paused ?? false };
  return { ...told, lane: answer?.lane ?? told.lane, state };
}

/** Undefined where no worker answers in time. */
async function askWorkflow(
  { client, connection }: TemporalLink,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<ProgressAnswer | undefined> {
  try {
    const query = (): Promise<unknown> => client.workflow.getHandle(workflowId, runId).query(PROGRESS_QUERY);
    return Answer.parse(await connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, query));
  } catch {
    return undefined;
  }
}

interface Ended {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: { readonly name: WorkflowExecutionStatusName };
}

/** How an ended run has ended. */
export async function endOf({ client }: TemporalLink, { workflowId, runId }: Ended): Promise<RunState> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { outcome } = (await handle.result()) as SegmentSlideResult;
    return { kind: 'finished', outcome };
  } catch (thrown) {
    if (!(thrown instanceof WorkflowFailedError)) throw thrown;
    const error = runFailure(thrown, runIdOfWorkflow(workflowId));
    return error.code === 'run-cancelled' ? { kind: 'cancelled' } : { kind: 'failed', error: error.facts };
  }
}
