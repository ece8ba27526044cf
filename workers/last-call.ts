/** Shorter than a supervisor's patience (20 s) or a kubelet's (30 s); any batch in work should have ended by then. */
const GRACE_MS = 15_000;

/** Aborts some time after `signal` does: what is still in work is left to others then. */
export function lastCall(signal: AbortSignal, graceMs = GRACE_MS): AbortSignal {
  const last = new AbortController();
  signal.addEventListener('abort', () => void setTimeout(() => last.abort(), graceMs).unref(), { once: true });
  return last.signal;
}
