import { setTimeout as sleep } from 'node:timers/promises';
import { asH2gError } from '../../domain/error.ts';

export interface RetryOptions {
  /** Tries in all. */
  readonly attempts: number;
  /** Doubled after every try. */
  readonly firstDelayMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Three more tries within a second: enough for a server that restarts a worker, short enough for a person who waits. */
export const RETRIES = { attempts: 4, firstDelayMs: 150 } as const;

/** Runs it again while its error says that this can help; the last error stands. */
export async function retry<T>(work: () => Promise<T>, { attempts, firstDelayMs, signal }: RetryOptions): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= attempts || signal?.aborted || !asH2gError(error).retry) throw error;
      await sleep(firstDelayMs * 2 ** (tried - 1), undefined, { signal });
    }
  }
}
