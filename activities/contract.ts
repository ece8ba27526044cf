import type { ByteCount } from '../domain/byte-source.ts';
import type { ErrorFacts } from '../domain/error.ts';
import type { Outcome } from '../domain/report.ts';
import type { Lane, RunSpec } from '../domain/run-spec.ts';

export interface RunRef {
  readonly runId: string;
  readonly spec: RunSpec;
}

export interface RunInLane extends RunRef {
  readonly lane: Lane;
}

export interface Planned {
  readonly cells: number;
  readonly batches: number;
  readonly bytes: ByteCount;
  /** There was a plan already: an earlier try of the run may have left batches in the hands of detectors. */
  readonly plannedBefore: boolean;
}

export interface DispatchRequest extends RunInLane {
  /** Batches of this run may have been purged a moment ago: those still in hand are left to their detectors, lest they be done twice. */
  readonly afterPurge: boolean;
  /** Nothing of an earlier try counts. Its scores are purged first, unless that is done already. */
  readonly anew: boolean;
  /** `forgetScores` has gone before. Left out by workflows that began before that was a step of its own. */
  readonly forgotten?: boolean;
  /** Only batches with a failed cell are done again; all other scores stay. */
  readonly replay?: boolean;
}

export interface GatherRequest extends RunInLane {
  /** As it was dispatched. */
  readonly replay?: boolean;
}

export interface StageSeconds {
  readonly plan: number;
  readonly detect: number;
  readonly refine: number;
}

export interface DeliverRequest extends RunRef {
  readonly seconds: StageSeconds;
  /** Read by plan and refinement; detection's is with the scores. */
  readonly bytes: ByteCount;
}

export interface FailureRecord extends RunRef {
  readonly error: ErrorFacts;
}

/** The steps of the story. Ids, keys and counts cross this line, never pixels or lists of cells. */
export interface SegmentSlideActivities {
  /** Opens the slide, checks its scale, finds tissue, stores `plan.json`. */
  planRun(run: RunInLane): Promise<Planned>;
  /** Purges the scores of an earlier try. A step of its own: tried once more after its answer was lost, it must not take scores of what was dispatched since. */
  forgetScores(run: { runId: string }): Promise<void>;
  /** Publishes the batches that have no scores yet. */
  dispatchTiles(request: DispatchRequest): Promise<{ published: number; scored: number }>;
  /** Follows the scores, dispatches what went missing, stores the heatmap. */
  gatherHeatmap(request: GatherRequest): Promise<{ analysed: number; failed: number }>;
  /** Low-resolution slide and heatmap to probabilities to mask. */
  refineMask(run: RunInLane): Promise<{ bytes: ByteCount }>;
  /** The files that people open, `report.json` last. */
  deliverResults(request: DeliverRequest): Promise<{ outcome: Outcome }>;
  /** Stops detectors from starting further batches of this run, and purges what is queued. */
  discardBatches(run: { runId: string }): Promise<void>;
  /** A `report.json` that says why the run failed. */
  recordFailure(record: FailureRecord): Promise<void>;
}
