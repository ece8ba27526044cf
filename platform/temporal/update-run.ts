import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { H2gError } from '../../domain/error.ts';
import type { Lane } from '../../domain/run-spec.ts';
import { PAUSE_UPDATE, RESUME_UPDATE, SET_LANE_UPDATE, workflowIdOf } from '../../domain/segment-slide.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { innermostMessage, isGrpc } from './control-error.ts';

/** The clean-up that a pause includes took 0.2 s at worst. */
const DEADLINE_MS = 10_000;

export type RunUpdate =
  | { readonly name: typeof PAUSE_UPDATE | typeof RESUME_UPDATE }
  | { readonly name: typeof SET_LANE_UPDATE; readonly lane: Lane };

const VERBS: Record<RunUpdate['name'], string> = {
  [PAUSE_UPDATE]: 'paused',
  [RESUME_UPDATE]: 'resumed',
  [SET_LANE_UPDATE]: 'moved to another lane',
};

/** @throws H2gError `control-unreachable` where no worker answers, `run-missing` for a run that is not there or has ended, `usage` where it takes no more */
export async function updateRun({ client, connection }: TemporalLink, runId: string, update: RunUpdate): Promise<void> {
  const handle = client.workflow.getHandle(workflowIdOf(runId));
  try {
    await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      'lane' in update
        ? handle.executeUpdate<void, [Lane]>(update.name, { args: [update.lane] })
        : handle.executeUpdate<void, []>(update.name),
    );
  } catch (thrown) {
    throw refusal(thrown, runId, VERBS[update.name]) ?? thrown;
  }
}

/** Temporal says FAILED_PRECONDITION of both, and of a workflow task that failed just then, which passes. */
const TAKES_NO_MORE = 'limit on the total number of distinct updates';
const NO_TIME_LEFT = 'Context timeout is too short';

const isRefusedFor = (thrown: unknown, why: string): boolean =>
  isGrpc(thrown, 'FAILED_PRECONDITION') && innermostMessage(thrown).includes(why);

function refusal(thrown: unknown, runId: string, verb: string): H2gError | undefined {
  const options = { cause: thrown };
  if (thrown instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isRefusedFor(thrown, NO_TIME_LEFT))
    return new H2gError(
      {
        code: 'control-unreachable',
        message: `Run ${runId} could not be ${verb}: no orchestrator answered within ${DEADLINE_MS / 1000} s.`,
        hint: 'Look whether an orchestrator is running (h2g worker orchestrator; h2g up for the local ones), then try again.',
      },
      options,
    );
  // Temporal's limit on all updates of one workflow, 2,000 by default.
  if (isRefusedFor(thrown, TAKES_NO_MORE))
    return new H2gError(
      {
        code: 'usage',
        message: `Run ${runId} could not be ${verb}: it was paused, resumed or moved so often that Temporal takes no more of it.`,
        hint: `Cancel it (h2g cancel ${runId}) and give its h2g run command again: what was scored stays.`,
      },
      options,
    );
  if (thrown instanceof WorkflowNotFoundError || thrown instanceof WorkflowUpdateFailedError)
    return new H2gError(
      {
        code: 'run-missing',
        message: `Run ${runId} could not be ${verb}: it does not exist or has ended.`,
        hint: 'See h2g status for the runs and how they ended.',
      },
      options,
    );
  return undefined;
}
