import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ByteCount } from '../../domain/byte-source.ts';
import { LANES, type Lane } from '../../domain/run-spec.ts';

/** Whose batch it is. */
export interface BatchLabels {
  readonly lane: Lane;
  /** A model token. */
  readonly model: string;
}

/**
 * How a batch left a detector's hands. `scored` and `failed` (this attempt) and `run-failed` were told; `told-before` was in the stream already; `later`
 * went back to the queue for a while, `left` to another detector at a shutdown.
 */
const BATCH_ENDS = ['scored', 'failed', 'run-failed', 'told-before', 'later', 'left'] as const;
export type BatchEnd = (typeof BATCH_ENDS)[number];

/** `fetch`: compressed tiles from the store. `classify`: waiting for a thread, decoding, inference. `publish`: until the broker has the scores. */
const BATCH_STAGES = ['fetch', 'classify', 'publish'] as const;
export type BatchStage = (typeof BATCH_STAGES)[number];

/** What a detector counts. */
export interface BatchMeter {
  /** Whether it takes batches of these models now. */
  serving(models: readonly string[], isAtWork: boolean): void;
  /** A batch is begun that waited so long in the queue. */
  begun(batch: BatchLabels & { readonly waitedMs: number; readonly redelivered: boolean }): void;
  ended(batch: BatchLabels, end: BatchEnd): void;
  /** Cells whose scores are stored. */
  cells(batch: BatchLabels, cells: { readonly analysed: number; readonly failed: number }): void;
  bytes(count: ByteCount): void;
  /** Times a stage, also one that fails. */
  time<T>(stage: BatchStage, work: () => Promise<T>): Promise<T>;
}

const STAGE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const QUEUE_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];

export function createBatchMeter(registry: Registry): BatchMeter {
  const registers = [registry];
  const labelNames = ['lane', 'model'] as const;
  const serves = new Gauge({
    name: 'h2g_detector_serves',
    help: 'Whether this detector takes batches of the model now: 1 or 0.',
    labelNames: ['model'],
    registers,
  });
  const inWork = new Gauge({ name: 'h2g_batches_in_work', help: 'Batches begun and not ended.', registers });
  const ends = new Counter({
    name: 'h2g_batches_total',
    help: 'Batches that left this detector, by how.',
    labelNames: [...labelNames, 'end'],
    registers,
  });
  const retries = new Counter({
    name: 'h2g_batches_redelivered_total',
    help: 'Batches that somebody had before: handed back, or their detector or its line died.',
    labelNames,
    registers,
  });
  const cells = new Counter({
    name: 'h2g_cells_total',
    help: 'Cells whose scores are stored, by whether they could be analysed.',
    labelNames: [...labelNames, 'outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'h2g_slide_bytes_total',
    help: 'Bytes of slides: needed for the cells, and read for them.',
    labelNames: ['of'],
    registers,
  });
  const stages = new Histogram({
    name: 'h2g_batch_stage_seconds',
    help: 'Seconds of a batch in a stage.',
    labelNames: ['stage'],
    buckets: STAGE_SECONDS,
    registers,
  });
  const queued = new Histogram({
    name: 'h2g_batch_queue_seconds',
    help: 'Seconds from the dispatch of a batch to its beginning.',
    labelNames,
    buckets: QUEUE_SECONDS,
    registers,
  });
  for (const of of ['needed', 'read']) bytes.inc({ of }, 0);
  for (const stage of BATCH_STAGES) stages.zero({ stage });
  /** A counter that is not there before its first event hides that event from whoever looks for a rise. */
  const announced = new Set<string>();
  const announce = (model: string): void => {
    if (announced.has(model)) return;
    announced.add(model);
    for (const lane of LANES) {
      retries.inc({ lane, model }, 0);
      queued.zero({ lane, model });
      for (const outcome of ['analysed', 'failed']) cells.inc({ lane, model, outcome }, 0);
      for (const end of BATCH_ENDS) ends.inc({ lane, model, end }, 0);
    }
  };
  return {
    serving(models, isAtWork) {
      for (const model of models) {
        announce(model);
        serves.set({ model }, isAtWork ? 1 : 0);
      }
    },
    begun({ waitedMs, redelivered, ...batch }) {
      inWork.inc();
      queued.observe(batch, waitedMs / 1_000);
      if (redelivered) retries.inc(batch);
    },
    ended(batch, end) {
      inWork.dec();
      ends.inc({ ...batch, end });
    },
    cells(batch, { analysed, failed }) {
      cells.inc({ ...batch, outcome: 'analysed' }, analysed);
      cells.inc({ ...batch, outcome: 'failed' }, failed);
    },
    bytes({ needed, read }) {
      bytes.inc({ of: 'needed' }, needed);
      bytes.inc({ of: 'read' }, read);
    },
    async time(stage, work) {
      const stop = stages.startTimer({ stage });
      try {
        return await work();
      } finally {
        stop();
      }
    },
  };
}
