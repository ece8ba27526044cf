import type { ErrorFacts } from '../domain/error.ts';
import type { Outcome } from '../domain/report.ts';
import type { Lane, RunSpec } from '../domain/run-spec.ts';

/** `waiting`: its next step has not begun, as no worker has a place for it yet. */
export type RunStage = 'waiting' | 'planning' | 'detecting' | 'refining' | 'delivering';

/** Where a run stands. Read from the server alone, so it answers also while no worker lives. */
export type RunState =
  | { readonly kind: 'running'; readonly stage: RunStage; readonly paused: boolean }
  | { readonly kind: 'finished'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: ErrorFacts }
  | { readonly kind: 'cancelled' };

export interface RunProgress {
  readonly runId: string;
  readonly slideName: string;
  readonly lane: Lane;
  readonly submitter?: string | undefined;
  readonly state: RunState;
  /** Cells settled so far (analysed or failed) and cells to settle; left out where that is not known. The server tells it of a run in detection alone. */
  readonly cells?: { readonly done: number; readonly total: number; readonly failed: number } | undefined;
  /** Of late, in detection. */
  readonly cellsPerSecond?: number | undefined;
  /** Batches of others that go before its next one, in detection. */
  readonly batchesAhead?: number | undefined;
  /** Seconds until its cells are settled; while it waits for a worker, until it has ended. Left out where nothing allows to know, as while it waits for a step after detection. */
  readonly etaSeconds?: number | undefined;
  /** What stands in its way just now, if anything: a store that does not answer, a step that is tried again. */
  readonly trouble?: string | undefined;
  readonly startedAt: Date;
  readonly closedAt: Date | undefined;
}

export interface RunSummary {
  readonly runId: string;
  readonly outcome: Outcome;
}

export interface StartOptions {
  /** Also a run that has finished starts anew. */
  readonly again?: boolean;
  /** Only the failed cells of a finished run are tried again. */
  readonly replay?: boolean;
  /** Whose slide it is; within a lane every submitter gets a share. */
  readonly submitter?: string | undefined;
}

/** How apps speak of runs; Temporal lies behind it. Throws `H2gError`s: `control-unreachable`, `run-missing`, `run-failed`, `run-cancelled`. */
export interface RunClient {
  /** Starts the run or attaches to the one under way; a finished one is `finished` and is not run again, unless with `again` or `replay`. */
  start(runId: string, spec: RunSpec, lane: Lane, options?: StartOptions): Promise<'started' | 'attached' | 'finished'>;
  progress(runId: string): Promise<RunProgress>;
  /** Those under way and those that ended last, so many in all; newest first. */
  list(limit: number): Promise<RunProgress[]>;
  /** Waits for the end. @throws also the signal's reason */
  result(runId: string, options?: { signal?: AbortSignal | undefined }): Promise<RunSummary>;
  /** Asks it to end; it cleans up first. A run that has ended already stays as it is. */
  cancel(runId: string): Promise<void>;
  pause(runId: string): Promise<void>;
  resume(runId: string): Promise<void>;
  setLane(runId: string, lane: Lane): Promise<void>;
  close(): Promise<void>;
}
