import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { arrayFromPayloads, defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { LANES, type Lane } from '../../domain/run-spec.ts';
import { LANE_ATTRIBUTE, type StageProgress } from '../../domain/segment-slide.ts';
import type { RunProgress, RunStage } from '../run-client.ts';
import { troubleOf } from './trouble-of.ts';

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

/** These go before the end of detection, and others before them. */
const BEFORE_DETECTED = new Set(['planRun', 'dispatchTiles', 'gatherHeatmap']);

const ID_PREFIX = 'run/';
export const runIdOfWorkflow = (workflowId: string): string =>
  workflowId.startsWith(ID_PREFIX) ? workflowId.slice(ID_PREFIX.length) : workflowId;

/** What every listing of the run tells: whose it is and since when. */
export function describeRun(info: Omit<WorkflowExecutionInfo, 'raw'>): Omit<RunProgress, 'state'> {
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
  /** Its next step is in a queue for a place in detection, or before it. */
  readonly waitsForDetection: boolean;
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** temporal.api.enums.v1.PendingActivityState */
const SCHEDULED = 1;
/** Whoever has a place takes a step within milliseconds; one that was put into its queue just now does not wait. */
const TAKEN_WITHIN_MS = 2_000;

/** What the run is doing, from the heartbeats of its activities, which the server keeps also while no worker lives; undefined when none is under way. */
export function activityOf(
  { raw }: Pick<WorkflowExecutionDescription, 'raw'>,
  nowMs: number = Date.now(),
): Activity | undefined {
  const activities = (raw.pendingActivities ?? []).map((pending) => describeActivity(pending, nowMs));
  return activities.find(({ cells }) => cells !== undefined) ?? activities[0];
}

function describeActivity(pending: PendingActivity, nowMs: number): Activity {
  const [details] = arrayFromPayloads(defaultPayloadConverter, pending.heartbeatDetails?.payloads);
  const heartbeat = Heartbeat.safeParse(details).data;
  const name = pending.activityType?.name ?? '';
  const waits = !hasBegun(pending, nowMs);
  const stage = waits ? undefined : (heartbeat?.stage ?? STAGE_OF_ACTIVITY[name]);
  const trouble = heartbeat?.trouble ?? troubleOf(pending.lastFailure);
  return {
    ...(heartbeat?.stage === 'detecting' ? detectionOf(heartbeat) : {}),
    stage: stage ?? 'waiting',
    waitsForDetection: waits && BEFORE_DETECTED.has(name),
    trouble,
  };
}

/** Before the plan is read it knows no cells. */
function detectionOf({
  stage: _stage,
  trouble: _trouble,
  done,
  total,
  failed,
  ...foreseen
}: StageProgress): Partial<Activity> {
  return total === 0 ? foreseen : { ...foreseen, cells: { done, total, failed } };
}

/** One that is tried again has its place in the story, and its trouble, though no worker has it just now. */
function hasBegun({ state, attempt, scheduledTime }: PendingActivity, nowMs: number): boolean {
  if (state !== SCHEDULED || (attempt ?? 1) > 1) return true;
  const sinceMs = optionalTsToMs(scheduledTime);
  // Two machines' clocks differ a little, in either direction.
  return sinceMs !== undefined && Math.abs(nowMs - sinceMs) < TAKEN_WITHIN_MS;
}
