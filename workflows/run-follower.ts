import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { FollowedRun, SegmentCohortActivities } from '../activities/cohort/contract.ts';

interface Waiter {
  readonly resolve: (run: FollowedRun) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Waits for runs that are no children of this execution, by one activity for all of them: begun anew when another is to be
 * followed, it holds one place of a worker whatever their number. A cancel of the workflow does not reach it; `drop` lets go.
 */
export class RunFollower {
  readonly #awaitRuns: SegmentCohortActivities['awaitRuns'];
  readonly #waiters = new Map<string, Waiter>();
  #scope: CancellationScope | undefined;
  #following = false;

  constructor(awaitRuns: SegmentCohortActivities['awaitRuns']) {
    this.#awaitRuns = awaitRuns;
  }

  follow(runId: string): Promise<FollowedRun> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(runId, { resolve, reject });
      this.#scope?.cancel();
      if (!this.#following) void CancellationScope.nonCancellable(() => this.#followAll());
    });
  }

  follows(runId: string): boolean {
    return this.#waiters.has(runId);
  }

  /** Nobody waits for this run any more. */
  drop(runId: string): void {
    if (this.#waiters.delete(runId)) this.#scope?.cancel();
  }

  async #followAll(): Promise<void> {
    this.#following = true;
    // Those that are added in the same breath go into the first request.
    await Promise.resolve();
    while (this.#waiters.size > 0) {
      const scope = new CancellationScope();
      this.#scope = scope;
      try {
        for (const run of await scope.run(() => this.#awaitRuns({ runIds: [...this.#waiters.keys()] })))
          this.#settle(run.runId, ({ resolve }) => resolve(run));
      } catch (error) {
        if (isCancellation(error)) continue;
        for (const runId of this.#waiters.keys()) this.#settle(runId, ({ reject }) => reject(error));
      }
    }
    this.#following = false;
  }

  #settle(runId: string, how: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(runId);
    this.#waiters.delete(runId);
    if (waiter !== undefined) how(waiter);
  }
}
