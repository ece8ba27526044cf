import { cancellationSignal } from '@temporalio/activity';

/** `work` with a signal that aborts when the activity is cancelled, or its worker is asked to stop: one that only waits need not be waited for. */
export async function stopWithWorker<T>(stopping: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const either = new AbortController();
  const reasons = [cancellationSignal(), stopping];
  const stop = (): void => either.abort(reasons.find(({ aborted }) => aborted)?.reason);
  for (const reason of reasons) reason.addEventListener('abort', stop, { once: true });
  if (reasons.some(({ aborted }) => aborted)) stop();
  try {
    return await work(either.signal);
  } finally {
    // A worker outlives its activities by far.
    for (const reason of reasons) reason.removeEventListener('abort', stop);
  }
}
