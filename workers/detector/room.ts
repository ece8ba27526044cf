/** The batches in work of one process. One that may take the process down is in work alone, so that no other dies with it or is blamed for it. */
export interface Room {
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Begins when all in work have ended; none begins before it has ended. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createRoom(): Room {
  const inside = new Set<Promise<unknown>>();
  /** Until the last one who asked to be alone has left. */
  let taken: Promise<unknown> | undefined;
  return {
    async together(work) {
      while (taken !== undefined) await taken;
      const working = work();
      inside.add(working);
      try {
        return await working;
      } finally {
        inside.delete(working);
      }
    },
    alone(work) {
      const turn = Promise.resolve(taken)
        .then(() => Promise.allSettled(inside))
        .then(work);
      const left = turn
        .catch(() => undefined)
        .then(() => {
          if (taken === left) taken = undefined;
        });
      taken = left;
      return turn;
    },
  };
}
