import type { ErrorFacts } from '../domain/error.ts';
import type { Lane } from '../domain/run-spec.ts';
import type { OutcomeCounts, SegmentCohortInput } from '../domain/segment-cohort.ts';

export type CohortState =
  | { readonly kind: 'running' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: ErrorFacts };

/** Where a cohort stands. Read from the server alone, so it answers also while no worker lives. */
export interface CohortProgress {
  readonly cohortId: string;
  /** What was asked for. */
  readonly label: string;
  readonly lane: Lane;
  readonly state: CohortState;
  /** Outcomes stored by another attempt are not of this one. */
  readonly attempt: string;
  /** Slides in its list; undefined: it watches a prefix. */
  readonly total: number | undefined;
  readonly counts: OutcomeCounts;
  /** Ids of the runs under way. */
  readonly running: readonly string[];
  /** What stands in its way just now, if anything. */
  readonly trouble: string | undefined;
  readonly startedAt: Date;
  readonly closedAt: Date | undefined;
}

export interface CohortStart extends Pick<
  SegmentCohortInput,
  'cohortId' | 'source' | 'parallel' | 'lane' | 'submitter' | 'again'
> {
  readonly label: string;
  /** Slides in its list; null: it watches a prefix. */
  readonly total: number | null;
}

/** How apps speak of cohorts; Temporal lies behind it. Throws `H2gError`s: `control-unreachable`, `cohort-missing`. */
export interface CohortClient {
  /** Starts it, once more where it has ended, or attaches to the one under way. */
  start(cohort: CohortStart): Promise<'started' | 'attached'>;
  progress(cohortId: string): Promise<CohortProgress>;
  /** Those under way and those that ended last, so many in all; newest first. */
  list(limit: number): Promise<CohortProgress[]>;
  /** Asks it to end, its runs with it. One that has ended already stays as it is. */
  cancel(cohortId: string): Promise<void>;
  /** Tells a watch how many outcomes of which kind were deleted; it runs their slides again. */
  forgetOutcomes(cohortId: string, gone: Partial<OutcomeCounts>): Promise<void>;
}
