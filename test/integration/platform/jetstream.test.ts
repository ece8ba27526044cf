import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode, NatsError } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scores, TileBatch } from '../../../domain/messages.ts';
import type { Lane } from '../../../domain/run-spec.ts';
import { consumerName, SCORES_STREAM, scoresSubject, TILES_STREAM, tilesSubject } from '../../../domain/subjects.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import type { NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { ensureConsumers } from '../../../platform/jetstream/ensure-consumers.ts';
import { ensureStreams } from '../../../platform/jetstream/ensure-streams.ts';
import { hearHaltedRuns, type HaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { createLookAhead } from '../../../platform/jetstream/look-ahead.ts';
import { publishScores } from '../../../platform/jetstream/publish-scores.ts';
import type { TileLease } from '../../../platform/jetstream/tile-lease.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource, type TileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { SAMPLE_MODEL, sampleBatch, useBroker } from '../../fixtures/broker.ts';

const MODEL = SAMPLE_MODEL;
const log = SILENT_LOG;
const never = new AbortController().signal;

const broker = useBroker();
let link: NatsLink;
let queue: TileQueue;
let halted: HaltedRuns;
let source: TileSource;
let runs = 0;
let runId: string;

beforeEach(() => {
  ({ link } = broker);
  runs += 1;
  runId = `run${runs}`;
  queue = createTileQueue(link, { log });
  halted = hearHaltedRuns(link.nc, log);
  source = createTileSource(link, { models: [MODEL], halted, log });
});
afterEach(() => {
  source.close();
  halted.close();
});

const batchOf = (batch: number, run = runId): TileBatch => sampleBatch(run, batch);
const batchesOf = (count: number, run = runId): TileBatch[] => Array.from({ length: count }, (_, i) => batchOf(i, run));
const scoresOf = (batch: number, score = 0.5): Scores => ({
  kind: 'scored',
  runId,
  batch,
  worker: 'w1',
  scores: [score],
  failed: [],
  provider: 'cpu',
  seconds: 0.1,
  bytes: { needed: 10, read: 10 },
});
const dispatch = (count: number, lane: Lane = 'routine', run = runId) =>
  queue.dispatch({ lane, model: MODEL }, batchesOf(count, run));
const publish = (scores: Scores): Promise<void> => publishScores(link, scores, { signal: never, log });
const ascending = (a: number, b: number): number => a - b;
const numbers = (count: number): Set<number> => new Set(Array.from({ length: count }, (_, i) => i));

async function take(count: number): Promise<TileLease[]> {
  const leases: TileLease[] = [];
  while (leases.length < count) leases.push(await source.next(AbortSignal.timeout(20_000)));
  return leases;
}

/** Whether nothing waits in any lane. */
async function nothingWaits(): Promise<boolean> {
  const infos = await link.jsm.consumers.list(TILES_STREAM).next();
  return infos.every(({ num_pending }) => num_pending === 0);
}

describe('dispatch', () => {
  it('publishes each batch once, however often it is asked', async () => {
    expect(await dispatch(200)).toEqual({ published: 200, alreadyThere: 0 });
    expect(await dispatch(250)).toEqual({ published: 50, alreadyThere: 200 });
    expect(await queue.waitingBatches(runId)).toEqual(numbers(250));
  });

  it('does not publish a second time what was scored before the answer to the first came', async () => {
    const lateAnswers = new Proxy(link.js, {
      get: (js, name) =>
        name === 'publish'
          ? async (...args: Parameters<typeof js.publish>) => {
              await js.publish(...args);
              const [lease] = await take(1);
              await publish(scoresOf(0));
              await lease?.done();
              throw new NatsError('no answer', ErrorCode.Timeout);
            }
          : Reflect.get(js, name),
    });
    const late = createTileQueue({ ...link, js: lateAnswers }, { log });
    expect(await late.dispatch({ lane: 'routine', model: MODEL }, batchesOf(1))).toMatchObject({ published: 1 });
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
  });

  it('counts a batch in work as there, and one that is done as gone', async () => {
    await dispatch(2);
    const [first, second] = await take(2);
    expect(await dispatch(2)).toEqual({ published: 0, alreadyThere: 2 });
    await first?.done();
    expect(await queue.waitingBatches(runId)).toEqual(new Set([second?.batch.batch]));
    await second?.done();
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
  });

  it('makes streams and consumers again when they are gone', async () => {
    await dispatch(3);
    await link.jsm.streams.delete(TILES_STREAM);
    // The server deletes in the background: a stream made anew at once may bring its messages back, and then they are there.
    const { published, alreadyThere } = await dispatch(3);
    expect(published + alreadyThere).toBe(3);
    expect(await queue.waitingBatches(runId)).toEqual(numbers(3));
    await link.jsm.consumers.delete(TILES_STREAM, consumerName('routine', MODEL));
    await dispatch(3);
    expect((await take(3)).map(({ batch }) => batch.batch).sort(ascending)).toEqual([0, 1, 2]);
  });

  it('gives consumers with other settings the right ones', async () => {
    await ensureConsumers(link.jsm, MODEL, { ackWaitMs: 1_234 });
    await dispatch(1);
    const { config } = await link.jsm.consumers.info(TILES_STREAM, consumerName('stat', MODEL));
    expect(config.ack_wait).toBe(10e9);
  });

  it('purges one run and leaves the others', async () => {
    await dispatch(5);
    await dispatch(4, 'stat', 'other');
    expect(await queue.purgeRun(runId)).toBe(5);
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
    expect(await queue.waitingBatches('other')).toEqual(numbers(4));
  });

  it('can be asked for a run it never heard of', async () => {
    expect(await queue.purgeRun('nobody')).toBe(0);
    expect(await queue.waitingBatches('nobody')).toEqual(new Set());
    expect(await queue.scoredBatches('nobody')).toEqual(new Set());
    await queue.purgeScores('nobody');
  });

  it('refuses a stream of another kind, by its name', async () => {
    await link.jsm.streams.delete(TILES_STREAM);
    await link.jsm.streams.add({ name: TILES_STREAM, subjects: ['h2g.tiles.>'] });
    await expect(dispatch(1)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(TILES_STREAM) });
    await link.jsm.streams.delete(TILES_STREAM);
  });

  it('gives a stream with other settings the right ones', async () => {
    await ensureStreams(link.jsm);
    await link.jsm.streams.update(SCORES_STREAM, { max_age: 0 });
    await ensureStreams(link.jsm);
    expect((await link.jsm.streams.info(SCORES_STREAM)).config.max_age).toBe(7 * 24 * 3600 * 1e9);
  });
});

describe('taking batches', () => {
  it('takes stat before routine before research', async () => {
    await dispatch(1, 'research', 'c');
    await dispatch(1, 'routine', 'b');
    await dispatch(1, 'stat', 'a');
    expect((await take(3)).map(({ lane }) => lane)).toEqual(['stat', 'routine', 'research']);
  });

  it('hears the doorbell, so that an idle worker starts at once', async () => {
    await ensureStreams(link.jsm);
    await ensureConsumers(link.jsm, MODEL);
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const taking = source.next(never);
      await delay(30);
      const started = performance.now();
      await queue.dispatch({ lane: 'routine', model: MODEL }, [batchOf(i)]);
      await (await taking).done();
      waits.push(performance.now() - started);
    }
    // The poll alone would take nearly a second.
    expect(waits.sort(ascending)[2]).toBeLessThan(700);
  });

  it('waits for a stream that is not there yet', async () => {
    await link.jsm.streams.delete(TILES_STREAM);
    const taking = source.next(never);
    await dispatch(1);
    expect((await taking).batch.batch).toBe(0);
  });

  it('serves several models', async () => {
    const both = createTileSource(link, { models: [MODEL, 'other-2-00000000'], halted, log });
    await queue.dispatch({ lane: 'routine', model: 'other-2-00000000' }, [batchOf(7)]);
    expect(await both.next(never)).toMatchObject({ model: 'other-2-00000000', batch: { batch: 7 } });
    both.close();
  });

  it('ends its wait when told to', async () => {
    const stop = new AbortController();
    const taking = source.next(stop.signal);
    stop.abort(new Error('enough'));
    await expect(taking).rejects.toThrow('enough');
  });

  it('throws away what it cannot read and goes on', async () => {
    await dispatch(0);
    const place = { lane: 'routine', model: MODEL, runId } as const;
    await link.js.publish(tilesSubject({ ...place, batch: 1 }), 'no JSON');
    await link.js.publish(tilesSubject({ ...place, batch: 2 }), JSON.stringify({ runId }));
    await link.js.publish(tilesSubject({ ...place, batch: 3 }), JSON.stringify(batchOf(4)));
    await queue.dispatch(place, [batchOf(5)]);
    const lease = await source.next(never);
    expect(lease.batch.batch).toBe(5);
    await lease.done();
    await vi.waitFor(async () => expect(await queue.waitingBatches(runId)).toEqual(new Set()));
  });

  it('gives a batch that was handed back to another, and one that is done to nobody', async () => {
    await dispatch(1);
    const [lease] = await take(1);
    expect(lease?.handBack()).toBe(true);
    const again = await source.next(never);
    expect(again.batch.batch).toBe(0);
    await again.done();
    expect(again.handBack()).toBe(false);
    expect(await nothingWaits()).toBe(true);
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
  });

  it('hands out each of many batches to one of many workers only', async () => {
    await dispatch(300);
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        while (seen.length < 300) {
          const lease = await source.next(AbortSignal.timeout(1_500)).catch(() => undefined);
          if (lease === undefined) return;
          seen.push(lease.batch.batch);
          await lease.done();
        }
      }),
    );
    expect(seen.sort(ascending)).toEqual([...numbers(300)]);
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
  });
});

describe('leases', () => {
  const timings = { ackWaitMs: 1_000, keepAliveMs: 200 };

  const shortSource = async (given = timings): Promise<TileSource> => {
    await ensureStreams(link.jsm);
    await ensureConsumers(link.jsm, MODEL, { ackWaitMs: given.ackWaitMs });
    for (const batch of batchesOf(1))
      await link.js.publish(
        tilesSubject({ lane: 'routine', model: MODEL, runId, batch: batch.batch }),
        JSON.stringify(batch),
      );
    return createTileSource(link, { models: [MODEL], halted, log, timings: given });
  };

  it('are kept alive for longer than the ack wait', async () => {
    const short = await shortSource();
    const lease = await short.next(never);
    await expect(short.next(AbortSignal.timeout(3_000))).rejects.toThrow();
    expect(lease.handBack()).toBe(true);
    await (await short.next(never)).done();
    short.close();
  });

  it('that ran out are not handed back a second time', async () => {
    const short = await shortSource({ ackWaitMs: 1_000, keepAliveMs: 60_000 });
    const lost = await short.next(never);
    const again = await short.next(AbortSignal.timeout(10_000));
    expect(again.batch).toEqual(lost.batch);
    expect(lost.handBack()).toBe(false);
    await lost.done();
    await again.done();
    expect(await queue.waitingBatches(runId)).toEqual(new Set());
    short.close();
  });
});

describe('look-ahead', () => {
  it('hands its batch back when a higher lane has work', async () => {
    await dispatch(3, 'research', 'low');
    const ahead: string[] = [];
    const look = createLookAhead(source, { onAhead: ({ batch }) => ahead.push(`${batch.runId}/${batch.batch}`) });
    const first = await look.next(never);
    await vi.waitFor(() => expect(ahead).toEqual(['low/0', 'low/1']));
    await dispatch(1, 'stat', 'urgent');
    const second = await look.next(never);
    expect([first.lane, second.lane]).toEqual(['research', 'stat']);
    await Promise.all([first.done(), second.done()]);
    const rest = [await look.next(never), await look.next(never)];
    expect(rest.map(({ batch }) => batch.batch).sort(ascending)).toEqual([1, 2]);
    await Promise.all(rest.map((lease) => lease.done()));
    await look.close();
    expect(await queue.waitingBatches('low')).toEqual(new Set());
  });

  it('gives the batch ahead to others when it is closed', async () => {
    await dispatch(2);
    const look = createLookAhead(source);
    const first = await look.next(never);
    await look.close();
    const other = await source.next(AbortSignal.timeout(5_000));
    expect([first.batch.batch, other.batch.batch].sort(ascending)).toEqual([0, 1]);
  });

  it('drops the batch ahead when its run is halted', async () => {
    await dispatch(2);
    const look = createLookAhead(source);
    const first = await look.next(never);
    await vi.waitFor(async () => expect(await nothingWaits()).toBe(true));
    await queue.halt(runId);
    await dispatch(1, 'research', 'other');
    const next = await look.next(never);
    expect(next.batch.runId).toBe('other');
    await first.done();
    await vi.waitFor(async () => expect(await queue.waitingBatches(runId)).toEqual(new Set()));
    await look.close();
  });
});

describe('halt', () => {
  it('stops queued batches of the run, and dispatching again lets new ones start', async () => {
    await dispatch(3);
    await queue.halt(runId);
    await dispatch(1, 'research', 'other');
    expect((await source.next(never)).batch.runId).toBe('other');
    await vi.waitFor(async () => expect(await queue.waitingBatches(runId)).toEqual(new Set()));
    await dispatch(2);
    expect((await take(2)).map(({ batch }) => batch.runId)).toEqual([runId, runId]);
  });

  it('lets later batches start also when the second notice is lost', async () => {
    await dispatch(1);
    await queue.halt(runId);
    await link.js.publish(tilesSubject({ lane: 'routine', model: MODEL, runId, batch: 9 }), JSON.stringify(batchOf(9)));
    expect((await source.next(never)).batch.batch).toBe(9);
  });

  it('tells those who listen', async () => {
    const heard: string[] = [];
    const stop = halted.onHalt((run) => heard.push(run));
    await queue.halt(runId);
    await vi.waitFor(() => expect(heard).toEqual([runId]));
    stop();
    await queue.halt('another');
    await link.nc.flush();
    expect(heard).toEqual([runId]);
  });
});

describe('scores', () => {
  it('are one a batch, the last; purging removes those of the run', async () => {
    await queue.purgeScores(runId);
    await publish(scoresOf(0, 0.1));
    await publish(scoresOf(0, 0.9));
    await publish(scoresOf(3));
    expect(await queue.scoredBatches(runId)).toEqual(new Set([0, 3]));
    await queue.purgeScores(runId);
    expect(await queue.scoredBatches(runId)).toEqual(new Set());
  });

  it('that are no probabilities are refused, for they would travel as failed cells', async () => {
    await expect(publish(scoresOf(0, Number.NaN))).rejects.toThrow();
    await expect(publish(scoresOf(0, 1.1))).rejects.toThrow();
    expect(await queue.scoredBatches(runId)).toEqual(new Set());
  });

  it('wait for a stream that is gone, and end when told to', async () => {
    await link.jsm.streams.delete(SCORES_STREAM);
    const publishing = publish(scoresOf(1));
    await delay(300);
    await ensureStreams(link.jsm);
    await publishing;
    expect(await queue.scoredBatches(runId)).toEqual(new Set([1]));
    await link.jsm.streams.delete(SCORES_STREAM);
    await expect(publishScores(link, scoresOf(1), { signal: AbortSignal.timeout(300), log })).rejects.toThrow();
  });

  it('are followed: what is there, then what comes, until told to stop', async () => {
    for (let batch = 0; batch < 50; batch++) await publish(scoresOf(batch));
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { batch } of queue.followScores(runId, stop.signal)) seen.push(batch);
    })();
    await vi.waitFor(() => expect(seen.length).toBe(50));
    await publish(scoresOf(77));
    await vi.waitFor(() => expect(seen.at(-1)).toBe(77));
    expect(seen.slice(0, 50)).toEqual([...numbers(50)]);
    stop.abort();
    await following;
  });

  it('are followed on when the stream was made anew', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    await publish(scoresOf(0));
    const following = (async () => {
      for await (const { batch } of queue.followScores(runId, stop.signal)) seen.push(batch);
    })();
    await vi.waitFor(() => expect(seen).toEqual([0]));
    await link.jsm.streams.delete(SCORES_STREAM);
    await ensureStreams(link.jsm);
    await publish(scoresOf(5));
    await vi.waitFor(() => expect(seen).toContain(5), { timeout: 15_000 });
    stop.abort();
    await following;
  });

  it('that cannot be read are passed over', async () => {
    await ensureStreams(link.jsm);
    await link.js.publish(scoresSubject(runId, 0), 'rubbish');
    await publish(scoresOf(1));
    const stop = new AbortController();
    for await (const { batch } of queue.followScores(runId, stop.signal)) {
      expect(batch).toBe(1);
      stop.abort();
    }
  });

  it('of more batches than the server names at once are all listed', async () => {
    for (let batch = 0; batch < 101_000; batch++) {
      link.nc.publish(scoresSubject(runId, batch), '{}');
      if (batch % 5_000 === 0) await link.nc.flush();
    }
    await link.nc.flush();
    await vi.waitFor(async () => expect((await queue.scoredBatches(runId)).size).toBe(101_000), 20_000);
    await queue.purgeScores(runId);
  });

  it('of many batches come through flow control whole', async () => {
    await ensureStreams(link.jsm);
    const failed = { kind: 'attempt-failed', worker: 'w1', runId, attempt: 0, reason: 'x'.repeat(20_000) };
    const body = (batch: number): string => JSON.stringify({ ...failed, batch });
    for (let batch = 0; batch < 1_500; batch++) link.nc.publish(scoresSubject(runId, batch), body(batch));
    await link.nc.flush();
    const seen = new Set<number>();
    const stop = new AbortController();
    for await (const { batch } of queue.followScores(runId, stop.signal)) {
      seen.add(batch);
      if (seen.size === 1_500) stop.abort();
      if (seen.size % 200 === 0) await delay(20);
    }
    expect(seen).toEqual(numbers(1_500));
    await queue.purgeScores(runId);
  });
});
