/** What clients, workflow and activities of a cohort agree on; types and plain values only, so the workflow may import it. */
import type { ErrorFacts } from './error.ts';
import type { Outcome } from './report.ts';
import type { Lane } from './run-spec.ts';

export const SEGMENT_COHORT = 'segment-cohort';
/** Sent to a watch after outcomes were deleted from the store, with how many of each: their slides are run again. */
export const FORGET_SIGNAL = 'forgetOutcomes';

export const cohortWorkflowIdOf = (cohortId: string): string => `cohort/${cohortId}`;

/** How a slide of a cohort ends: as its run does, or without a result. */
export const SLIDE_OUTCOMES = ['done', 'no-tissue', 'needs-review', 'failed', 'cancelled', 'refused'] as const;
export type SlideOutcome = (typeof SLIDE_OUTCOMES)[number];
export type OutcomeCounts = Readonly<Record<SlideOutcome, number>>;

export const NO_OUTCOMES: OutcomeCounts = {
  done: 0,
  'no-tissue': 0,
  'needs-review': 0,
  failed: 0,
  cancelled: 0,
  refused: 0,
};

export const addCounts = (a: OutcomeCounts, b: Partial<OutcomeCounts>, sign: 1 | -1 = 1): OutcomeCounts => {
  const sum = { ...a };
  for (const outcome of SLIDE_OUTCOMES) sum[outcome] = Math.max(0, a[outcome] + sign * (b[outcome] ?? 0));
  return sum;
};

export const settledCount = (counts: OutcomeCounts): number =>
  SLIDE_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** Slides with results. */
export const resultCount = (counts: OutcomeCounts): number =>
  counts.done + counts['no-tissue'] + counts['needs-review'];

/** Settled by runs, of now or before; slides that were refused took no time. */
export const workedCount = (counts: OutcomeCounts): number => settledCount(counts) - counts.refused;

/** A run under way that an execution hands on to the next. */
export interface OpenRun {
  readonly runId: string;
  /** The cohort has started it, so it ends with the cohort; else somebody else did, and it is only waited for. */
  readonly ours: boolean;
}

export interface SegmentCohortInput {
  readonly cohortId: string;
  /** Tells the outcomes of this try from those of an earlier one of the same cohort. */
  readonly attempt: string;
  /** How its slides are found: pages of a list in the store, or a prefix that is looked at again and again. */
  readonly source:
    | { readonly kind: 'list'; readonly pages: number }
    | { readonly kind: 'watch'; readonly everyMs: number };
  /** Runs under way at once. */
  readonly parallel: number;
  readonly lane: Lane;
  readonly submitter?: string;
  /** Scores of earlier tries are not used. */
  readonly again?: boolean;
  readonly memo: CohortMemo;
  /** Where an execution before this one has stopped. */
  readonly from?: { readonly page: number; readonly counts: OutcomeCounts; readonly open: readonly OpenRun[] };
}

export interface SegmentCohortResult {
  readonly cohortId: string;
  readonly counts: OutcomeCounts;
}

/** Memo of every cohort, readable from the server alone. */
export interface CohortMemo extends Record<string, unknown> {
  /** What was asked for, for people. */
  readonly label: string;
  readonly lane: Lane;
  readonly attempt: string;
  /** ISO; executions come and go. */
  readonly startedAt: string;
  /** Slides in the list; null for a watch, which has no end. */
  readonly total: number | null;
  readonly counts: OutcomeCounts;
}

/** How a run has ended that was followed or started. */
export type RunEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly error: ErrorFacts }
  | { readonly kind: 'cancelled' };

/** Heartbeat details of the activity that follows runs which are no children of this execution. */
export interface FollowedRuns {
  readonly following: readonly string[];
}

export const hasResults = (outcome: Outcome): boolean => outcome !== 'failed';
