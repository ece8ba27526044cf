import { connectNats, type NatsPlace } from '../../platform/jetstream/connect-nats.ts';
import { hearHaltedRuns } from '../../platform/jetstream/halted-runs.ts';
import { createTileSource } from '../../platform/jetstream/tile-source.ts';
import { watchConnection } from '../../platform/jetstream/watch-connection.ts';
import type { Log } from '../../platform/log.ts';
import type { BatchMeter } from '../../platform/metrics/batch-meter.ts';
import type { Tracing } from '../../platform/tracing/tracing.ts';
import { lastCall } from '../last-call.ts';
import { createRoom } from './room.ts';
import type { ScoreTools } from './score-batch.ts';
import { serveBatches } from './serve-batches.ts';
import { createBatchTracer } from './trace-batches.ts';

export interface QueueServing {
  readonly place: NatsPlace;
  /** Who it is, on the broker's pages and in every word on a batch. */
  readonly worker: string;
  /** Tokens of the models (`modelToken`). */
  readonly models: readonly string[];
  /** Batches in work at once. */
  readonly threads: number;
  /** How long those in work may still take when it is to end. */
  readonly drainSeconds: number;
  readonly log: Log;
  readonly meter: BatchMeter;
  readonly tracing: Tracing;
  /** Told when batches can be taken, and when they cannot. */
  readonly onReady: (isReady: boolean) => void;
  /** How batches of this model are scored. */
  readonly scoreToolsOf: (model: string) => ScoreTools;
}

/** Takes batches from the queue and tells their scores until `signal` aborts, then ends those in work. @throws H2gError `queue-unreachable` */
export async function serveQueue(serving: QueueServing, signal: AbortSignal): Promise<void> {
  const { place, worker, models, threads, drainSeconds, log, meter, tracing, onReady, scoreToolsOf } = serving;
  const link = await connectNats({ ...place, name: `h2g ${worker}`, role: 'detector', log, signal });
  const halted = hearHaltedRuns(link.nc, log);
  const source = createTileSource(link, { models, halted, log });
  try {
    log.info({ worker, models, threads }, 'Worker:Ready');
    onReady(true);
    void watchConnection(link.nc, onReady);
    const tracer = createBatchTracer(tracing);
    const last = lastCall(signal, drainSeconds * 1_000);
    const tools = { link, source, log, meter, tracer, scoreToolsOf, room: createRoom(), lastCall: last };
    await Promise.all(Array.from({ length: threads }, () => serveBatches(tools, signal)));
  } finally {
    source.close();
    halted.close();
    await link.close();
  }
}
