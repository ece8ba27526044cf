import { asH2gError } from '../../domain/error.ts';
import type { TileLease } from '../../platform/jetstream/tile-lease.ts';
import type { BatchEnd, BatchMeter } from '../../platform/metrics/batch-meter.ts';
import { inStage, NO_SPAN, type OpenSpan, type SpanEnd, type Tracing } from '../../platform/tracing/tracing.ts';

/** A detector's batches as spans, as parts of the run that dispatched them; one that was dispatched untraced is not traced here either. */
export interface BatchTracer {
  /** A fetch that goes ahead of its batch. It becomes a part of the batch when that begins, and is forgotten if it never does. */
  ahead<T>(lease: TileLease, fetch: () => Promise<T>): Promise<T>;
  begun(lease: TileLease): BatchTrace;
}

export interface BatchTrace {
  /** What is traced in `work` is a part of the batch. */
  within<T>(work: () => T): T;
  ended(end: BatchEnd): void;
}

interface Fetching {
  readonly startedAtMs: number;
  readonly ended: Promise<SpanEnd>;
}

/** Ends after which somebody must do the batch once more, or its run has failed. */
const FAILED: Partial<Record<BatchEnd, string>> = { failed: 'attempt-failed', 'run-failed': 'run-failed' };

export function createBatchTracer(tracing: Tracing): BatchTracer {
  const fetches = new WeakMap<TileLease, Fetching>();
  return {
    ahead(lease, fetch) {
      const startedAtMs = Date.now();
      const fetched = fetch();
      const ended = fetched.then(
        () => ({ atMs: Date.now() }),
        (thrown: unknown) => ({ atMs: Date.now(), failed: asH2gError(thrown).code }),
      );
      fetches.set(lease, { startedAtMs, ended });
      return fetched;
    },
    begun(lease) {
      const fetching = fetches.get(lease);
      const span = openBatch(tracing, lease, fetching?.startedAtMs);
      if (fetching !== undefined) void traceFetch(tracing, span, fetching);
      return {
        within: (work) => span.within(work),
        ended(end) {
          span.set({ end });
          span.end({ failed: FAILED[end] });
        },
      };
    },
  };
}

function openBatch(tracing: Tracing, lease: TileLease, startedAtMs: number | undefined): OpenSpan {
  const { batch, lane, model, redelivered, trace } = lease;
  if (trace === undefined) return NO_SPAN;
  const { runId, attempt, mode, cells } = batch;
  const queuedMs = Math.max(0, Date.now() - lease.storedAtMs);
  const attributes = {
    runId,
    batch: batch.batch,
    lane,
    model,
    cells: cells.length,
    attempt,
    mode,
    redelivered,
    queuedMs,
  };
  return tracing.open({ name: 'batch', parent: trace, attributes, startedAtMs, isConsumer: true });
}

async function traceFetch(tracing: Tracing, batch: OpenSpan, { startedAtMs, ended }: Fetching): Promise<void> {
  if (batch.context === undefined) return;
  const fetch = batch.within(() => tracing.open({ name: 'fetch', startedAtMs }));
  fetch.end(await ended);
}

/** The stages that are timed are parts of the batch as well. */
export const traceStages = (meter: BatchMeter, tracing: Tracing): BatchMeter => ({
  ...meter,
  time: (stage, work) => meter.time(stage, () => inStage(tracing, stage, work)),
});
