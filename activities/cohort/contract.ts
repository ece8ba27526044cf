import type { RunSpec } from '../../domain/run-spec.ts';
import type { Lane } from '../../domain/run-spec.ts';
import type { OutcomeCounts, RunEnd } from '../../domain/segment-cohort.ts';

/** A slide that is to be run. */
export interface TakenSlide {
  readonly runId: string;
  readonly slide: RunSpec['slide'];
  /** Where the list gives them for this slide alone. */
  readonly mpp?: number | undefined;
  readonly lane?: Lane | undefined;
}

export interface TakenSlides {
  /** What all of them have in common. */
  readonly bundle: RunSpec['bundle'];
  readonly options: RunSpec['options'];
  readonly slides: readonly TakenSlide[];
  /** Slides that needed no run: they have results already, or were refused. */
  readonly settled: Partial<OutcomeCounts>;
  /** There is more where they came from just now. */
  readonly more: boolean;
}

export interface EndedRun {
  readonly runId: string;
  readonly end: RunEnd;
}

export interface FollowedRun extends EndedRun {
  /** It was seen under way before it ended. */
  readonly waited: boolean;
  /** Its results lie in the store. */
  readonly delivered: boolean;
}

interface CohortRef {
  readonly cohortId: string;
  readonly attempt: string;
}

/** The bookkeeping of a cohort. Every answer stays under 64 KB. */
export interface SegmentCohortActivities {
  /** One page of the list: outcomes of slides that are done already are stored, the others handed out. */
  takePage(request: CohortRef & { readonly page: number }): Promise<TakenSlides>;
  /** What has appeared under the watched prefix, at most so many, without those that are under way. */
  lookForSlides(
    request: CohortRef & { readonly open: readonly string[]; readonly limit: number },
  ): Promise<TakenSlides>;
  /** Waits until at least one of these runs has ended. It may answer with none, after a while. */
  awaitRuns(request: { readonly runIds: readonly string[] }): Promise<readonly FollowedRun[]>;
  /** Stores how these slides have ended, and counts them. */
  recordOutcomes(request: CohortRef & { readonly ended: readonly EndedRun[] }): Promise<Partial<OutcomeCounts>>;
}
