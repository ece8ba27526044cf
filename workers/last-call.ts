/** Aborts some time after `signal` does: what is still in work is left to others then. */
export function lastCall(signal: AbortSignal, graceMs: number): AbortSignal {
  const last = new AbortController();
  signal.addEventListener('abort', () => void setTimeout(() => last.abort(), graceMs).unref(), { once: true });
  return last.signal;
}
