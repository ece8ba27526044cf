import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { H2gError } from '../../domain/error.ts';
import { untilAborted } from '../until-aborted.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Runs one of the SDK's workers until `signal` aborts and it has handed over what it has.
 * @throws H2gError `control-unreachable` where Temporal refuses its poll (its namespace is gone, its certificate is not taken any more), which ends it for good
 */
export async function runWorker(worker: Worker, signal: AbortSignal): Promise<void> {
  const run = worker.runUntil(untilAborted(signal)).catch((cause: unknown) => {
    throw workRefused(worker, cause);
  });
  await Promise.race([run, untilStopped(worker, signal)]);
  if (!hasFailed(worker)) await run;
  else if (!signal.aborted) throw workRefused(worker);
}

const hasFailed = (worker: Worker): boolean => worker.getState() === 'FAILED';

/** Often a worker that has failed only logs that: its `run` then waits for a shutdown that nobody can ask it for (SDK 1.24). So it is looked at. */
async function untilStopped(worker: Worker, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !hasFailed(worker))
    await delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
}

const workRefused = (worker: Worker, cause?: unknown): H2gError =>
  new H2gError(
    {
      code: 'control-unreachable',
      message: `Temporal does not let us take work from ${worker.options.taskQueue} any more.`,
      hint: 'The line "Worker failed" of the log says why. Look whether the namespace (H2G_TEMPORAL_NAMESPACE) is there, which `h2g setup` makes, and whether certificate or API key are valid; then start this process again.',
    },
    { cause },
  );
