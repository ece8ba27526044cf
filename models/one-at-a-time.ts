/** Calls wait for the one before: a session's input buffers are written again for every call. A failure is its caller's alone. */
export function oneAtATime<Input extends unknown[], Output>(
  act: (...input: Input) => Promise<Output>,
): (...input: Input) => Promise<Output> {
  let last: Promise<unknown> = Promise.resolve();
  return (...input) => {
    const next = last.then(() => act(...input));
    last = next.catch(() => undefined);
    return next;
  };
}
