import { randomUUID } from 'node:crypto';
import {
  cohortWorkflowIdOf,
  NO_OUTCOMES,
  SEGMENT_COHORT,
  type CohortMemo,
  type SegmentCohortInput,
} from '../../domain/segment-cohort.ts';
import { CONTROL_QUEUE, priorityOf, WORKFLOW_TASK_TIMEOUT } from '../../domain/segment-slide.ts';
import type { CohortStart } from '../cohort-client.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { findRunning } from './running-workflow.ts';
import { laneOf, startRegistered } from './start-registered.ts';

/** One id, one cohort: starts it, once more where it has ended, or attaches to the one under way. */
export async function startCohort(link: TemporalLink, cohort: CohortStart): Promise<'started' | 'attached'> {
  const workflowId = cohortWorkflowIdOf(cohort.cohortId);
  const running = await findRunning(link, workflowId, `Cohort ${cohort.cohortId}`);
  if (running !== undefined) return 'attached';
  const { label, total, ...rest } = cohort;
  const attempt = randomUUID();
  const startedAt = new Date().toISOString();
  const memo: CohortMemo = { label, total, attempt, startedAt, lane: cohort.lane, counts: NO_OUTCOMES };
  const input: SegmentCohortInput = { ...rest, attempt, memo };
  await startRegistered(link, () =>
    link.client.workflow.start(SEGMENT_COHORT, {
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      memo,
      typedSearchAttributes: laneOf(cohort.lane),
      priority: priorityOf(cohort.lane, cohort.submitter),
    }),
  );
  return 'started';
}
