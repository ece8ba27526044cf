import { CancellationScope, condition } from '@temporalio/workflow';
import { wasStopped } from './was-stopped.ts';

/**
 * Runs one step after another, each until it ends by itself. `interrupt()` cancels the one under way; once it has really ended, `onStopped`
 * is called, and the step is begun again as soon as `isHeld()` is false. A step is told whether it begins again. A cancel of the workflow
 * itself passes through.
 */
export class Steerable {
  readonly #isHeld: () => boolean;
  readonly #onStopped: () => Promise<void>;
  #scope: CancellationScope | undefined;
  #interrupted = false;

  constructor({ isHeld, onStopped }: { isHeld: () => boolean; onStopped: () => Promise<void> }) {
    this.#isHeld = isHeld;
    this.#onStopped = onStopped;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#scope?.cancel();
  }

  async run<T>(step: (again: boolean) => Promise<T>): Promise<T> {
    for (let again = false; ; again = true) {
      await condition(() => !this.#isHeld());
      this.#interrupted = false;
      this.#scope = new CancellationScope();
      try {
        return await this.#scope.run(() => step(again));
      } catch (error) {
        const own = this.#interrupted && !CancellationScope.current().consideredCancelled;
        if (!own || !wasStopped(error)) throw error;
      } finally {
        this.#scope = undefined;
      }
      await this.#onStopped();
    }
  }
}
