/** What a process needs before it can work. Whatever is lost again makes it wait again. */
export class Readiness<Need extends string> {
  readonly #missing: Set<Need>;

  constructor(needs: readonly Need[]) {
    this.#missing = new Set(needs);
  }

  get missing(): readonly Need[] {
    return [...this.#missing];
  }

  met(need: Need): void {
    this.#missing.delete(need);
  }

  lost(need: Need): void {
    this.#missing.add(need);
  }
}
