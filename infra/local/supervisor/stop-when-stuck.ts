import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from './keep-running.ts';

export interface StuckWatch {
  readonly isStuck: () => Promise<boolean>;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

/** What passes by itself is not stopped. */
const LOOKS = 2;

/**
 * Looks again and again whether a process is stuck, and stops it when it was twice in a row; a look that fails says nothing. Resolves when the
 * process is gone, to whether it was stopped.
 */
export async function stopWhenStuck(running: Running, { isStuck, everyMs }: StuckWatch): Promise<boolean> {
  const gone = new AbortController();
  void running.exited.then(() => gone.abort());
  let looks = 0;
  while (looks < LOOKS) {
    await delay(everyMs, undefined, { signal: gone.signal }).catch(() => undefined);
    if (gone.signal.aborted) return false;
    looks = (await isStuck().catch(() => false)) ? looks + 1 : 0;
  }
  await running.stop();
  return true;
}
