/**
 * Gives `work` a signal that aborts with `signal` or after `ms`. Not `AbortSignal.any` with `AbortSignal.timeout`: where nothing else refers
 * to the timeout, Node 20 collects it as garbage, and it never comes.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    return await work(AbortSignal.any([signal, tooLate.signal]));
  } finally {
    clearTimeout(timer);
  }
}
