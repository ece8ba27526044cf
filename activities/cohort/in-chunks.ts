/** Requests to the store under way at once; more would only queue in it. */
const AT_ONCE = 16;

/** `work` on every item, some at once; answers in the items' order. @throws the first failure, with no further chunk begun */
export async function inChunks<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    answers.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return answers;
}
