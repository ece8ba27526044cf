import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * Runs `work` until it ends by itself. `interrupt()` cancels it, and it is begun again once `isHeld()` is false;
 * `work` is told whether it begins again. A cancel of the workflow itself passes through.
 */
export class Pausable {
  readonly #isHeld: () => boolean;
  #scope: CancellationScope | undefined;
  #interrupted = false;

  constructor(isHeld: () => boolean) {
    this.#isHeld = isHeld;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#scope?.cancel();
  }

  async run<T>(work: (again: boolean) => Promise<T>): Promise<T> {
    for (let again = false; ; again = true) {
      await condition(() => !this.#isHeld());
      this.#interrupted = false;
      this.#scope = new CancellationScope();
      try {
        return await this.#scope.run(() => work(again));
      } catch (error) {
        const own = this.#interrupted && !CancellationScope.current().consideredCancelled;
        if (!own || !isCancellation(error)) throw error;
      } finally {
        this.#scope = undefined;
      }
    }
  }
}
