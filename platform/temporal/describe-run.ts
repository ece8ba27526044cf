import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { arrayFromPayloads, defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import { LANES, type Lane } from '../../domain/run-spec.ts';
import { HANDED_OVER, LANE_ATTRIBUTE, type StageProgress } from '../../domain/segment-slide.ts';
import type { RunProgress, RunStage } from '../run-client.ts';

const LaneName = z.enum(LANES);
const Memo = z.object({ slideName: z.string(), lane: LaneName, submitter: z.string().optional() });
const Heartbeat = z.object({
  stage: z.enum(['planning', 'detecting', 'refining', 'delivering']),
  done: z.number(),
  total: z.number(),
  failed: z.number(),
  cellsPerSecond: z.number().optional(),
  batchesAhead: z.number().optional(),
  etaSeconds: z.number().optional(),
  trouble: z.string().optional(),
}) satisfies z.ZodType<StageProgress>;

/** What is under way when an activity has not yet said so itself. */
const STAGE_OF_ACTIVITY: Readonly<Record<string, RunStage>> = {
  planRun: 'planning',
  dispatchTiles: 'detecting',
  gatherHeatmap: 'detecting',
  discardBatches: 'detecting',
  refineMask: 'refining',
  deliverResults: 'delivering',
  recordFailure: 'delivering',
};

export const NO_CELLS = { done: 0, total: 0, failed: 0 };

const ID_PREFIX = 'run/';
export const runIdOfWorkflow = (workflowId: string): string =>
  workflowId.startsWith(ID_PREFIX) ? workflowId.slice(ID_PREFIX.length) : workflowId;

/** What every listing of the run tells: whose it is and since when. */
export function describeRun(info: Omit<WorkflowExecutionInfo, 'raw'>): Omit<RunProgress, 'state' | 'cells'> {
  const memo = Memo.safeParse(info.memo).data;
  return {
    runId: runIdOfWorkflow(info.workflowId),
    slideName: memo?.slideName ?? '(unknown)',
    lane: laneAttribute(info) ?? memo?.lane ?? 'routine',
    submitter: memo?.submitter,
    startedAt: info.startTime,
    closedAt: info.closeTime,
  };
}

/** The memo says in which lane a run was started, the attribute in which it is now. */
function laneAttribute({ typedSearchAttributes }: Omit<WorkflowExecutionInfo, 'raw'>): Lane | undefined {
  const found = typedSearchAttributes.getAll().find(({ key }) => key.name === LANE_ATTRIBUTE);
  return LaneName.safeParse(found?.value).data;
}

export interface Activity extends Pick<
  RunProgress,
  'cells' | 'trouble' | 'cellsPerSecond' | 'batchesAhead' | 'etaSeconds'
> {
  readonly stage: RunStage;
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** temporal.api.enums.v1.PendingActivityState */
const SCHEDULED = 1;

/** What the run is doing, from the heartbeats of its activities, which the server keeps also while no worker lives; undefined when none is under way. */
export function activityOf({ raw }: WorkflowExecutionDescription): Activity | undefined {
  const activities = (raw.pendingActivities ?? []).map((pending) => {
    const [details] = arrayFromPayloads(defaultPayloadConverter, pending.heartbeatDetails?.payloads);
    const heartbeat = Heartbeat.safeParse(details).data;
    const stage = hasBegun(pending)
      ? (heartbeat?.stage ?? STAGE_OF_ACTIVITY[pending.activityType?.name ?? ''])
      : undefined;
    const { done, total, failed, ...foreseen } = heartbeat?.stage === 'detecting' ? heartbeat : NO_CELLS;
    const { lastFailure } = pending;
    const failure = lastFailure?.applicationFailureInfo?.type === HANDED_OVER ? undefined : lastFailure?.message;
    const trouble = heartbeat?.trouble ?? failure ?? undefined;
    return { ...foreseen, stage: stage ?? 'waiting', cells: { done, total, failed }, trouble };
  });
  return activities.find(({ cells }) => cells.total > 0) ?? activities[0];
}

/** One that is tried again has its place in the story, and its trouble, though no worker has it just now. */
const hasBegun = ({ state, attempt }: PendingActivity): boolean => state !== SCHEDULED || (attempt ?? 1) > 1;
