import { asH2gError, H2gError, type ErrorFacts } from '../../domain/error.ts';

/** What a thread sends back: an error's class and fields would not survive the crossing. */
export type ThreadAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorFacts };

/** Inside the thread: any failure becomes plain facts. */
export const answering =
  <Task, T>(work: (task: Task) => Promise<T>) =>
  async (task: Task): Promise<ThreadAnswer<T>> => {
    try {
      return { ok: true, value: await work(task) };
    } catch (thrown) {
      return { ok: false, error: asH2gError(thrown).facts };
    }
  };

/** Outside: the facts become an error again. */
export function unwrap<T>(answer: ThreadAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new H2gError(answer.error);
}
