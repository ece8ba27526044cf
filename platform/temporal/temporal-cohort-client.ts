import { WorkflowFailedError, type WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { H2gError } from '../../domain/error.ts';
import { cohortWorkflowIdOf, FORGET_SIGNAL, SEGMENT_COHORT } from '../../domain/segment-cohort.ts';
import type { CohortClient, CohortProgress, CohortState } from '../cohort-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { controlError } from './control-error.ts';
import { describeCohort, workOf } from './describe-cohort.ts';
import { newestExecutions } from './newest-executions.ts';
import { runFailure } from './run-failure.ts';
import { startCohort } from './start-cohort.ts';

/** Of a chain of executions the last one counts. */
const COHORTS = `WorkflowType = '${SEGMENT_COHORT}' AND ExecutionStatus != 'ContinuedAsNew'`;

/** Cohorts as workflows of Temporal. The link belongs to the caller. */
export function createTemporalCohortClient(link: TemporalLink): CohortClient {
  const { client, promptly } = link;
  const handleOf = (cohortId: string) => client.workflow.getHandle(cohortWorkflowIdOf(cohortId));
  const attempt = async <T>(doing: string, cohortId: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof WorkflowNotFoundError) throw missing(cohortId, thrown);
      throw controlError(thrown, `${doing} cohort ${cohortId}`);
    }
  };
  const progressOf = async (workflowId: string, runId?: string): Promise<CohortProgress> => {
    const description = await client.workflow.getHandle(workflowId, runId).describe();
    return { ...describeCohort(description), ...workOf(description), state: await stateOf(link, description) };
  };

  return {
    start: (cohort) => attempt('start', cohort.cohortId, () => startCohort(link, cohort)),

    progress: (cohortId) =>
      attempt('look at', cohortId, () => promptly(() => progressOf(cohortWorkflowIdOf(cohortId)))),

    list: (limit) =>
      attempt('list', 'of the namespace', async () => {
        const cohorts = await promptly(async () =>
          Promise.all(
            (await newestExecutions(link, COHORTS, limit)).map(({ workflowId, runId }) =>
              progressOf(workflowId, runId),
            ),
          ),
        );
        return cohorts.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
      }),

    cancel: (cohortId) =>
      attempt('cancel', cohortId, async () => {
        try {
          await promptly(() => handleOf(cohortId).cancel());
        } catch (thrown) {
          if (!(thrown instanceof WorkflowNotFoundError)) throw thrown;
          // The same answer is given for one that has ended; describing it throws only where there is none.
          await promptly(() => handleOf(cohortId).describe());
        }
      }),

    forgetOutcomes: (cohortId, gone) =>
      attempt('speak to', cohortId, () => promptly(() => handleOf(cohortId).signal(FORGET_SIGNAL, gone))),
  };
}

async function stateOf(
  { client }: TemporalLink,
  { workflowId, runId, status }: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status'>,
): Promise<CohortState> {
  if (status.name === 'RUNNING') return { kind: 'running' };
  if (status.name === 'COMPLETED') return { kind: 'finished' };
  if (status.name === 'CANCELLED') return { kind: 'cancelled' };
  try {
    await client.workflow.getHandle(workflowId, runId).result();
    return { kind: 'finished' };
  } catch (thrown) {
    if (!(thrown instanceof WorkflowFailedError)) throw thrown;
    return { kind: 'failed', error: runFailure(thrown, workflowId).facts };
  }
}

const missing = (cohortId: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'cohort-missing',
      message: `There is no cohort ${cohortId}.`,
      hint: 'See h2g cohort list for those there are.',
    },
    { cause },
  );
