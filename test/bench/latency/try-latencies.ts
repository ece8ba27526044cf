import { setTimeout as delay } from 'node:timers/promises';
import type { RunClient } from '../../../platform/run-client.ts';
import { median } from '../median.ts';
import type { Questions } from './questions.ts';
import type { WorkerEvents } from './worker-events.ts';

/** One try, in milliseconds. */
export interface Latencies {
  /** From asking for a STAT run until its first batch is in work. */
  readonly statStart: number;
  /** From the dispatch of its batches until the first is in work. */
  readonly statBatch: number;
  /** From asking for a pause until the last batch that a detector starts; 0 where none was started after it was asked. */
  readonly pause: number;
  /** How long the request itself took. */
  readonly pauseAnswer: number;
  readonly cancel: number;
  readonly cancelAnswer: number;
}

export interface TryTools {
  readonly runs: RunClient;
  readonly questions: Questions;
  readonly events: WorkerEvents;
  /** How long is looked for batches that are started too late; far longer than a batch. */
  readonly watchMs: number;
}

/** So many batches of the run are started before it is stopped: it is in full work. */
const IN_WORK = 2;

/** Starts a STAT run behind whatever is queued, pauses it in full work, resumes it, cancels it in full work. */
export async function tryLatencies(tools: TryTools): Promise<Latencies> {
  const { runs, questions, events } = tools;
  const askedMs = Date.now();
  const runId = await questions.start('stat');
  await events.until(`a first batch of ${runId}`, () => events.startsOf(runId).length > 0);
  const begunMs = events.startsOf(runId)[0] ?? NaN;
  const dispatchedMs = events.dispatchedAfter('stat', askedMs) ?? NaN;
  const pause = await stopInWork(tools, runId, () => runs.pause(runId));
  await runs.resume(runId);
  const cancel = await stopInWork(tools, runId, () => runs.cancel(runId));
  return {
    statStart: begunMs - askedMs,
    // Batches are given out while others are still being published.
    statBatch: Math.max(0, begunMs - dispatchedMs),
    pause: pause.lastMs,
    pauseAnswer: pause.answerMs,
    cancel: cancel.lastMs,
    cancelAnswer: cancel.answerMs,
  };
}

/** @param stop the request that is to end it */
async function stopInWork(
  { events, watchMs }: TryTools,
  runId: string,
  stop: () => Promise<void>,
): Promise<{ lastMs: number; answerMs: number }> {
  const before = events.startsOf(runId).length;
  await events.until(`${IN_WORK} more batches of ${runId}`, () => events.startsOf(runId).length >= before + IN_WORK);
  // Anywhere within a batch.
  await delay(Math.random() * median(events.batchSeconds) * 1_000);
  const askedMs = Date.now();
  await stop();
  const answerMs = Date.now() - askedMs;
  await delay(watchMs);
  return { lastMs: Math.max(0, (events.startsOf(runId).at(-1) ?? NaN) - askedMs), answerMs };
}
