/** What clients, workflow and activities agree on; types and plain values only, so the workflow may import it. */
import type { Outcome } from './report.ts';
import type { Lane, RunSpec } from './run-spec.ts';

export const SEGMENT_SLIDE = 'segment-slide';
export const CONTROL_QUEUE = 'h2g-control';
export const REFINE_QUEUE = 'h2g-refine';

export const PAUSE_UPDATE = 'pause';
export const RESUME_UPDATE = 'resume';
export const SET_LANE_UPDATE = 'setLane';
export const PROGRESS_QUERY = 'progress';

export const workflowIdOf = (runId: string): string => `run/${runId}`;

export interface SegmentSlideInput {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly lane: Lane;
  /** Scores of an earlier try are not used. */
  readonly again?: boolean;
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
}

/** Search attribute with the lane. */
export const LANE_ATTRIBUTE = 'h2gLane';
