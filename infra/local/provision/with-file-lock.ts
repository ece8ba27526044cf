import { lock } from 'proper-lockfile';

const STALE_MS = 5_000;
const RETRY_MS = 200;

/**
 * Runs `action` while no other process is inside for the same path (which must exist). The lock of a killed process is taken over after 5 s.
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
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lock(path, { stale: STALE_MS, update: STALE_MS / 5, realpath: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
