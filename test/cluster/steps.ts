export interface StepTime {
  readonly name: string;
  readonly seconds: number;
  /** Why it failed. */
  readonly error?: string;
}

/** What is tried, one after the other, each with its time. */
export class Steps {
  readonly taken: StepTime[] = [];

  /** @throws what the step throws, after it was told */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1_000;
    try {
      const result = await work();
      this.#tell({ name, seconds: seconds() });
      return result;
    } catch (thrown) {
      this.#tell({ name, seconds: seconds(), error: thrown instanceof Error ? thrown.message : String(thrown) });
      throw thrown;
    }
  }

  /** The same, but what comes after it is tried all the same. */
  async attempt(name: string, work: () => Promise<unknown>): Promise<void> {
    await this.take(name, work).catch(() => undefined);
  }

  /** @param what cannot be tried here, and why */
  skip(what: string): void {
    process.stdout.write(`skipped: ${what}\n`);
  }

  get failed(): readonly StepTime[] {
    return this.taken.filter(({ error }) => error !== undefined);
  }

  #tell(step: StepTime): void {
    this.taken.push(step);
    const { name, seconds, error } = step;
    const verdict = error === undefined ? 'ok  ' : 'FAIL';
    process.stdout.write(
      `${verdict} ${seconds.toFixed(1).padStart(6)} s  ${name}${error === undefined ? '' : `: ${error}`}\n`,
    );
  }
}
