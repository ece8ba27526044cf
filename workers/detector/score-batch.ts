import { asH2gError, type H2gError } from '../../domain/error.ts';
import type { Scores } from '../../domain/messages.ts';
import { CLASSIFY, failsRun, mayPass, type ClassifyTools, type Work } from './classify-batch.ts';

/** What becomes of a batch: a word on it is published, or it goes back to the queue for a while. */
export type BatchVerdict =
  | { readonly kind: 'publish'; readonly scores: Scores }
  | { readonly kind: 'later'; readonly error: H2gError; readonly why: Scores };

export interface ScoreTools extends ClassifyTools {
  /** Who says so. */
  readonly worker: string;
}

/** Verdicts, not exceptions: whatever happens to a batch has one. */
export async function scoreBatch(tools: ScoreTools, work: Work): Promise<BatchVerdict> {
  const { batch } = work;
  const head = { runId: batch.runId, batch: batch.batch, worker: tools.worker };
  const started = performance.now();
  try {
    const result = await CLASSIFY[batch.mode](tools, work);
    const seconds = (performance.now() - started) / 1000;
    return { kind: 'publish', scores: { kind: 'scored', ...head, ...result, seconds } };
  } catch (thrown) {
    const error = asH2gError(thrown);
    if (mayPass(error, work)) return { kind: 'later', error, why: { kind: 'delayed', ...head, reason: error.message } };
    if (failsRun(error.code)) return { kind: 'publish', scores: { kind: 'run-failed', ...head, error: error.facts } };
    const failed = { kind: 'attempt-failed', attempt: batch.attempt, reason: error.message } as const;
    return { kind: 'publish', scores: { ...head, ...failed } };
  }
}
