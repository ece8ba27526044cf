import { setInterval } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { H2gError } from '../../domain/error.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Waits until one of the SDK's workers has failed, which it does for good where Temporal refuses its poll (its namespace is gone, its certificate is
 * not taken any more). Often it only logs that: its `run` then waits for a shutdown that nobody can ask it for (SDK 1.24).
 * @returns why the process must be started anew; undefined when `signal` aborts
 */
export async function untilOneFails(workers: readonly Worker[], signal: AbortSignal): Promise<H2gError | undefined> {
  try {
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal, ref: false })) {
      const failed = workers.find((worker) => worker.getState() === 'FAILED');
      if (failed !== undefined) return workRefused(failed);
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
  return undefined;
}

/** @param cause what the worker ended with, where it said so */
export const workRefused = (worker: Worker, cause?: unknown): H2gError =>
  new H2gError(
    {
      code: 'control-unreachable',
      message: `Temporal does not let us take work from ${worker.options.taskQueue} any more.`,
      hint: 'The line "Worker failed" of the log says why. Look whether the namespace (H2G_TEMPORAL_NAMESPACE) is there, which `h2g setup` makes, and whether certificate or API key are valid; then start this process again.',
    },
    { cause },
  );
