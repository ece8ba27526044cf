/** The same question within `ms` gets the same answer; failures are not remembered. */
export function rememberFor<Question extends string, Answer>(
  ms: number,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const answers = new Map<Question, { answer: Promise<Answer>; askedAtMs: number }>();
  return (question) => {
    const nowMs = performance.now();
    // A map keeps the order of asking: the oldest come first.
    for (const [old, { askedAtMs }] of answers) {
      if (nowMs - askedAtMs < ms) break;
      answers.delete(old);
    }
    const known = answers.get(question);
    if (known !== undefined) return known.answer;
    const answer = ask(question);
    answers.set(question, { answer, askedAtMs: nowMs });
    answer.catch(() => answers.delete(question));
    return answer;
  };
}
