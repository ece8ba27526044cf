import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TileBatch } from '../../../domain/messages.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import type { NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { hearHaltedRuns, type HaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource, type TileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { NO_TRACING } from '../../../platform/tracing/tracing.ts';
import type { CompressedRegion } from '../../../slides/compressed-region.ts';
import { lastCall } from '../../../workers/last-call.ts';
import { Registry } from 'prom-client';
import { createBatchMeter } from '../../../platform/metrics/batch-meter.ts';
import { createRoom } from '../../../workers/detector/room.ts';
import type { ScoreTools } from '../../../workers/detector/score-batch.ts';
import { serveBatches } from '../../../workers/detector/serve-batches.ts';
import { createBatchTracer } from '../../../workers/detector/trace-batches.ts';
import { SAMPLE_MODEL, sampleBatch, useBroker } from '../../fixtures/broker.ts';

const log = SILENT_LOG;
const place = { lane: 'routine', model: SAMPLE_MODEL } as const;
/** Long before a lease of 10 s would run out. */
const AT_ONCE_MS = 4_000;

const NO_TILES: CompressedRegion = {
  slide: 'slide',
  level: 0,
  rect: { x: 0, y: 0, widthPx: 1, heightPx: 1 },
  levelSize: { widthPx: 1, heightPx: 1 },
  tileSize: { widthPx: 1, heightPx: 1 },
  encoding: { compression: 'jpeg', colour: 'ycbcr', samples: 3, differences: false, jpegTables: undefined },
  tiles: [],
  bytes: { needed: 0, read: 0 },
};

/** A detector's own loop over a real broker; the test decides when a batch has been computed. */
describe('a detector that is asked to stop', () => {
  const broker = useBroker();
  let link: NatsLink;
  let queue: TileQueue;
  let halted: HaltedRuns;
  let source: TileSource;
  let runs = 0;
  let runId: string;

  beforeAll(async () => {
    link = await broker.connect('detector');
    queue = createTileQueue(broker.link, { log });
    halted = hearHaltedRuns(link.nc, log);
  });
  afterAll(() => halted?.close());
  beforeEach(() => {
    runId = `run${(runs += 1)}`;
    source = createTileSource(link, { models: [place.model], halted, log });
  });

  const batchOf = (batch: number): TileBatch => sampleBatch(runId, batch);

  /** One thread with a batch in work and one ahead. */
  async function atWork({ graceMs }: { graceMs: number }) {
    const stop = new AbortController();
    const begun = vi.fn();
    const computed = new EventTarget();
    const scoring: ScoreTools = {
      worker: 'w',
      bundleDir: '',
      patchPx: 256,
      fetchBatch: async () => NO_TILES,
      pool: {
        threads: 1,
        run: async () => {
          begun();
          await once(computed, 'end');
          return { scores: new Float32Array([0.5]), provider: 'cpu' };
        },
        close: async () => {},
      },
    };
    const meter = createBatchMeter(new Registry());
    const tracer = createBatchTracer(NO_TRACING);
    const tools = { link, source, log, meter, tracer, room: createRoom(), lastCall: lastCall(stop.signal, graceMs) };
    const served = serveBatches({ ...tools, scoreToolsOf: () => scoring }, stop.signal).finally(() => source.close());
    await queue.dispatch(place, [batchOf(0), batchOf(1)]);
    await vi.waitFor(async () => expect([...(await queue.batchesInHand(runId))].length).toBe(2), 10_000);
    return { stop, begun, served, end: () => computed.dispatchEvent(new Event('end')) };
  }

  /** What another detector gets. */
  async function nextOfAnother(): Promise<number> {
    const elsewhere = createTileSource(broker.link, { models: [place.model], halted, log });
    try {
      const lease = await elsewhere.next(AbortSignal.timeout(AT_ONCE_MS));
      await lease.done();
      return lease.batch.batch;
    } finally {
      elsewhere.close();
    }
  }

  it('gives the batch ahead to another while it ends the one in work', async () => {
    const { stop, begun, served, end } = await atWork({ graceMs: 60_000 });
    stop.abort();
    expect(await nextOfAnother()).toBe(1);
    expect([...(await queue.waitingBatches(runId))]).toEqual([0]);
    end();
    await served;
    expect([...(await queue.scoredBatches(runId))]).toEqual([0]);
    expect([...(await queue.waitingBatches(runId))]).toEqual([]);
    expect(begun).toHaveBeenCalledOnce();
  });

  it('gives the one in work to another too when its time is over', async () => {
    const { stop, served } = await atWork({ graceMs: 200 });
    stop.abort();
    await served;
    expect([await nextOfAnother(), await nextOfAnother()].toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect([...(await queue.scoredBatches(runId))]).toEqual([]);
  });
});
