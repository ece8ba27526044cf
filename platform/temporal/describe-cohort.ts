import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { arrayFromPayloads, defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import { LANES } from '../../domain/run-spec.ts';
import {
  cohortWorkflowIdOf,
  NO_OUTCOMES,
  SLIDE_OUTCOMES,
  type CohortMemo,
  type FollowedRuns,
} from '../../domain/segment-cohort.ts';
import type { CohortProgress } from '../cohort-client.ts';
import { runIdOfWorkflow } from './describe-run.ts';
import { troubleOf } from './trouble-of.ts';

const Memo = z.object({
  label: z.string(),
  lane: z.enum(LANES),
  attempt: z.string(),
  startedAt: z.iso.datetime(),
  total: z.number().nullable(),
  counts: z.record(z.enum(SLIDE_OUTCOMES), z.number()),
}) satisfies z.ZodType<CohortMemo>;

const Following = z.object({ following: z.array(z.string()) }) satisfies z.ZodType<FollowedRuns>;

const ID_PREFIX = cohortWorkflowIdOf('');
const cohortIdOfWorkflow = (workflowId: string): string => workflowId.slice(ID_PREFIX.length);

/** What every listing of the cohort tells. */
export function describeCohort(
  info: Omit<WorkflowExecutionInfo, 'raw'>,
): Omit<CohortProgress, 'state' | 'running' | 'trouble'> {
  const memo = Memo.safeParse(info.memo).data;
  return {
    cohortId: cohortIdOfWorkflow(info.workflowId),
    label: memo?.label ?? '(unknown)',
    lane: memo?.lane ?? 'routine',
    attempt: memo?.attempt ?? '',
    total: memo?.total ?? undefined,
    counts: memo?.counts ?? NO_OUTCOMES,
    startedAt: memo === undefined ? info.startTime : new Date(memo.startedAt),
    closedAt: info.closeTime,
  };
}

/** The runs under way: its children, and those that it follows, as the heartbeat of that activity says; and what goes wrong. */
export function workOf({ raw }: WorkflowExecutionDescription): Pick<CohortProgress, 'running' | 'trouble'> {
  const children = (raw.pendingChildren ?? []).map(({ workflowId }) => runIdOfWorkflow(workflowId ?? ''));
  const activities = raw.pendingActivities ?? [];
  const followed = activities.flatMap(({ heartbeatDetails }) => {
    const [details] = arrayFromPayloads(defaultPayloadConverter, heartbeatDetails?.payloads);
    return Following.safeParse(details).data?.following ?? [];
  });
  const trouble = activities.map(({ lastFailure }) => troubleOf(lastFailure)).find((text) => text !== undefined);
  return { running: [...new Set([...followed, ...children])], trouble };
}
