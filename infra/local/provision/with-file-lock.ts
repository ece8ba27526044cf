import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

const STALE_MS = 5_000;
const RETRY_MS = 100;

/**
 * Runs `action` while no other process is inside for the same path (which must exist). The lock of a killed process is taken over after 5 s.
 * A machine that slept longer may find that somebody else took over: so what is made under a lock must appear in one step.
 */
export async function withFileLock<T>(path: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  const release = await acquire(path, signal);
  try {
    return await action();
  } finally {
    await release();
  }
}

async function acquire(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  let lost = false;
  // Left to itself the library would throw from a timer, where nobody can catch it.
  const onCompromised = (): void => void (lost = true);
  for (;;) {
    signal.throwIfAborted();
    try {
      const release = await lock(path, { stale: STALE_MS, update: STALE_MS / 5, realpath: false, onCompromised });
      return async () => (lost ? undefined : release());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
