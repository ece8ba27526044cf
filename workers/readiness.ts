/** What a process needs before it can work. Whatever is lost again makes it wait again. */
export class Readiness<Need extends string> {
  readonly needs: readonly Need[];
  readonly #missing: Set<Need>;

  constructor(needs: readonly Need[]) {
    this.needs = needs;
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

  /** For whoever watches one. */
  telling(need: Need): (isThere: boolean) => void {
    return (isThere) => this[isThere ? 'met' : 'lost'](need);
  }
}
