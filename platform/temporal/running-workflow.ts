import { WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { H2gError } from '../../domain/error.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { isGrpc } from './control-error.ts';

/** What was cancelled cleans up within seconds, if there is a worker to do it. */
const CLEAN_UP_DEADLINE_MS = 30_000;

/**
 * The workflow of this id that is under way, if there is one. One that is being cancelled is waited for: a start would attach to the dying.
 * @param name for an error, as `Run ab12`
 * @throws H2gError `control-unreachable` where nobody ends it
 */
export async function findRunning(
  link: TemporalLink,
  workflowId: string,
  name: string,
): Promise<WorkflowExecutionDescription | undefined> {
  for (;;) {
    const running = await describeRunning(link, workflowId);
    if (running?.raw.workflowExtendedInfo?.cancelRequested !== true) return running;
    await waitForEnd(link, running, name);
  }
}

async function describeRunning(
  { client, promptly }: TemporalLink,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const description = await promptly(() => client.workflow.getHandle(workflowId).describe());
    return description.status.name === 'RUNNING' ? description : undefined;
  } catch (thrown) {
    if (thrown instanceof WorkflowNotFoundError) return undefined;
    throw thrown;
  }
}

async function waitForEnd(
  { client, connection }: TemporalLink,
  dying: WorkflowExecutionDescription,
  name: string,
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
        message: `${name} is being cancelled, but has not ended within ${CLEAN_UP_DEADLINE_MS / 1000} s.`,
        hint: 'Look whether an orchestrator is running (h2g worker orchestrator), then start it again.',
      },
      { cause: thrown },
    );
  }
}
