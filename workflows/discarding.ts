/** Takes a run's batches from the queue. One that is late must not take what was dispatched after it, so it is known while any is under way. */
export class Discarding {
  readonly #discard: () => Promise<void>;
  #underWay = 0;

  constructor(discard: () => Promise<void>) {
    this.#discard = discard;
  }

  get isUnderWay(): boolean {
    return this.#underWay > 0;
  }

  readonly run = async (): Promise<void> => {
    this.#underWay += 1;
    try {
      await this.#discard();
    } finally {
      this.#underWay -= 1;
    }
  };
}
