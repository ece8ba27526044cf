import { H2gError, isErrorCode } from '../domain/error.ts';
import type { BatchScores } from '../domain/gathered.ts';
import type { Scores } from '../domain/messages.ts';

/** What has been heard of a run's batches: which are scored, and which wait for another attempt. */
export class SettledBatches {
  readonly scored = new Map<number, BatchScores>();
  /** Batch to the attempt that is due. */
  readonly due = new Map<number, number>();
  readonly #batches: number;
  /** What stands in the way of a batch; forgotten when another is scored. */
  trouble: string | undefined;
  #doneCells = 0;
  #failedCells = 0;

  /** @param kept scores of batches that are not done again */
  constructor(batches: number, kept: Iterable<BatchScores> = []) {
    this.#batches = batches;
    for (const scores of kept) this.#settle(scores);
  }

  get complete(): boolean {
    return this.scored.size === this.#batches;
  }

  get cells(): { done: number; failed: number } {
    return { done: this.#doneCells, failed: this.#failedCells };
  }

  /** Hearing the same twice changes nothing. @throws H2gError when no batch of the run can succeed */
  hear(scores: Scores): void {
    switch (scores.kind) {
      case 'scored':
        return this.#settle(scores);
      case 'attempt-failed':
        if (!this.scored.has(scores.batch)) this.due.set(scores.batch, scores.attempt + 1);
        return;
      case 'delayed':
        this.trouble = scores.reason;
        return;
      case 'run-failed': {
        const { code, message, hint } = scores.error;
        throw new H2gError({ code: isErrorCode(code) ? code : 'internal', message, hint });
      }
    }
  }

  #settle(scores: BatchScores): void {
    this.due.delete(scores.batch);
    this.trouble = undefined;
    if (this.scored.has(scores.batch) || scores.batch >= this.#batches) return;
    this.scored.set(scores.batch, scores);
    this.#doneCells += scores.scores.length;
    this.#failedCells += scores.failed.length;
  }

  /** Batches on which nothing has come. */
  get silent(): number[] {
    return Array.from({ length: this.#batches }, (_, batch) => batch).filter(
      (batch) => !this.scored.has(batch) && !this.due.has(batch),
    );
  }
}
