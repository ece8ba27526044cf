import type { Scores, TileBatch } from './messages.ts';
import type { Lane } from './run-spec.ts';

/** Where a run stands in the queue. */
export interface Standing {
  /** Batches of others that go before its next one; 0 when it is its turn. */
  readonly ahead: number;
  /** Batches given out so far from its lane and those above: from two of these follows how fast they are worked through. */
  readonly delivered: number;
}

/** JetStream as those who dispatch and gather see it. Everything may be repeated without harm. */
export interface TileQueue {
  /** Publishes batches; those that wait or are in work are refused by the stream, which is no error. Rings the doorbell once. */
  dispatch(
    target: { lane: Lane; model: string },
    batches: readonly TileBatch[],
    options?: { signal?: AbortSignal },
  ): Promise<{ published: number; alreadyThere: number }>;
  /** Batches of the run that wait or are in work. */
  waitingBatches(runId: string): Promise<Set<number>>;
  /** Removes batches of the run that wait and may never be delivered, as the broker has lost count of them. @returns how many there were */
  dropStranded(run: { lane: Lane; model: string; runId: string }): Promise<number>;
  /** Where the run stands, as far as the broker can say; asked once, without patience. @param own how many of its batches wait */
  standing(run: { lane: Lane; model: string; runId: string }, own: number): Promise<Standing>;
  /** Removes the run's batches from the queue. */
  purgeRun(runId: string): Promise<number>;
  /** Batches that detectors are at work on, as they say themselves: also those whose messages were purged meanwhile. Takes a third of a second. */
  batchesInHand(runId: string): Promise<Set<number>>;
  /** Tells detectors to start no batch of the run that was dispatched before now. */
  halt(runId: string): Promise<void>;
  /** The last word on each batch so far, then what comes; a message may come twice. Ends when `signal` aborts. */
  followScores(runId: string, signal: AbortSignal): AsyncIterable<Scores>;
  /** Batches on which any word has come, be it that an attempt failed. */
  scoredBatches(runId: string): Promise<Set<number>>;
  /** What stands on a batch; undefined where nothing does, or nothing that can be read. */
  lastWord(runId: string, batch: number): Promise<Scores | undefined>;
  /** Removes the words that are no scores: what failed once may be mended by now. @returns how many there were */
  forgetFailures(runId: string): Promise<number>;
  purgeScores(runId: string): Promise<void>;
}
