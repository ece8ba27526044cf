/** What clients, workflow and activities agree on; types and plain values only, so the workflow may import it. */
import type { Outcome } from './report.ts';
import type { Lane, RunSpec } from './run-spec.ts';

export const SEGMENT_SLIDE = 'segment-slide';
/** Task queue of the workflows themselves and of their bookkeeping, which takes milliseconds. */
export const CONTROL_QUEUE = 'h2g-control';

/** What a run needs of an orchestrator: `plan` decodes and encodes, `detect` waits for detectors, `refine` holds the large network. */
export const STEPS = ['plan', 'detect', 'refine'] as const;
export type Step = (typeof STEPS)[number];

/** Every step has a task queue per lane with places of its own, so that a STAT slide never waits for a routine one. */
export const stepQueue = (step: Step, lane: Lane): string => `h2g-${step}-${lane}`;

export const PAUSE_UPDATE = 'pause';
export const RESUME_UPDATE = 'resume';
export const SET_LANE_UPDATE = 'setLane';
export const PROGRESS_QUERY = 'progress';

export const workflowIdOf = (runId: string): string => `run/${runId}`;

export interface SegmentSlideInput {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly lane: Lane;
  /** Whose slide it is: within a lane all submitters get their share. */
  readonly submitter?: string;
  /** Scores of an earlier try are not used. */
  readonly again?: boolean;
  /** The failed cells of a finished run alone are tried again; all other scores stay. */
  readonly replay?: boolean;
}

export interface SegmentSlideResult {
  readonly runId: string;
  readonly outcome: Outcome;
}

/** Heartbeat details of every activity, and the answer to the `progress` query. */
export interface StageProgress {
  readonly stage: 'planning' | 'detecting' | 'refining' | 'delivering';
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Of late. */
  readonly cellsPerSecond?: number | undefined;
  /** Batches of others that go before its next one. */
  readonly batchesAhead?: number | undefined;
  /** Seconds until detection is done, where that can be said. */
  readonly etaSeconds?: number | undefined;
  /** What stands in its way just now. */
  readonly trouble?: string | undefined;
}

export interface ProgressAnswer {
  readonly stage: 'planning' | 'detecting' | 'refining' | 'delivering';
  readonly paused: boolean;
  readonly lane: Lane;
}

/** Memo of every run, readable from the server alone. */
export interface RunMemo extends Record<string, unknown> {
  readonly slideName: string;
  readonly lane: Lane;
  readonly submitter?: string | undefined;
}

/** Type of the failure with which a step ends whose orchestrator was asked to stop; it is no trouble. */
export const HANDED_OVER = 'handed-over';

/** Search attribute with the lane. */
export const LANE_ATTRIBUTE = 'h2gLane';

/** The default of 10 s is how long a workflow stands still whose worker died at the wrong moment. */
export const WORKFLOW_TASK_TIMEOUT = '2s';

/** The lower, the sooner its workflow tasks are handed out, where the server knows priorities; its steps have queues by lane. */
const PRIORITY: Record<Lane, number> = { stat: 1, routine: 3, research: 5 };

export const priorityOf = (
  lane: Lane,
  submitter: string | undefined,
): { priorityKey: number; fairnessKey: string } => ({
  priorityKey: PRIORITY[lane],
  fairnessKey: submitter ?? '',
});
