/**
 * `work` on every item, at most `limit` at once, answers in the items' order. The first failure is thrown when what was under way
 * has ended; after it, and after an abort, nothing further is begun.
 */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  { limit, signal }: { limit: number; signal: AbortSignal },
  work: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (signal.aborted || failures.length > 0) return;
      try {
        answers[index] = await work(item, index);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker));
  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
  return answers;
}
