import type { Worker } from 'node:worker_threads';

export interface TaskLimit {
  readonly ms: number;
  /** The thread of a task that took too long does not end: no native code can be interrupted, only its process. */
  readonly onStuck: () => void;
}

/** A thread that computes nothing any more ends within milliseconds. */
const ENDS_WITHIN_MS = 10_000;

/** Its signal aborts, and the pool with it ends the task's thread, when the limit is over before `clear`. */
export function limitTask(
  pool: { readonly threads: readonly Worker[] },
  { ms, onStuck }: TaskLimit,
): { signal: AbortSignal; clear: () => void } {
  const tooLong = new AbortController();
  const timer = setTimeout(() => {
    const before = pool.threads;
    tooLong.abort();
    const after = new Set(pool.threads);
    for (const thread of before) if (!after.has(thread)) watchEnd(thread, onStuck);
  }, ms);
  return { signal: tooLong.signal, clear: () => clearTimeout(timer) };
}

function watchEnd(thread: Worker, onStuck: () => void): void {
  const timer = setTimeout(onStuck, ENDS_WITHIN_MS);
  thread.once('exit', () => clearTimeout(timer));
}
