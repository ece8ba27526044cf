import { setTimeout as sleep } from 'node:timers/promises';
import { asH2gError } from '../../domain/error.ts';

export interface RetryOptions {
  /** Tries in all. */
  readonly attempts: number;
  /** Doubled after every try. */
  readonly firstDelayMs: number;
  /** No further try begins after this long. Without it none is too late. */
  readonly withinMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Three more tries within a second: enough for a server that restarts a worker, short enough for a person who waits. */
export const RETRIES = { attempts: 4, firstDelayMs: 150 } as const;

/** Runs it again while its error says that this can help; the last error stands. */
export async function retry<T>(
  work: () => Promise<T>,
  { attempts, firstDelayMs, withinMs = Infinity, signal }: RetryOptions,
): Promise<T> {
  const begun = performance.now();
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const isTooLate = tried >= attempts || performance.now() - begun > withinMs;
      if (isTooLate || signal?.aborted || !asH2gError(error).retry) throw error;
      await sleep(firstDelayMs * 2 ** (tried - 1), undefined, { signal });
    }
  }
}
