import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TileBatch } from '../../../domain/messages.ts';
import { HALT_SUBJECT, HANDS_SUBJECT, tilesSubject } from '../../../domain/subjects.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import type { NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { ensureConsumers } from '../../../platform/jetstream/ensure-consumers.ts';
import type { HaltNotice } from '../../../platform/jetstream/halt-notice.ts';
import { hearHaltedRuns, type HaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { createLookAhead } from '../../../platform/jetstream/look-ahead.ts';
import { LEASE_TIMINGS, type LeaseTimings } from '../../../platform/jetstream/tile-lease.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource, type TileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { SAMPLE_MODEL, sampleBatch, useBroker } from '../../fixtures/broker.ts';

const log = SILENT_LOG;
const place = { lane: 'routine', model: SAMPLE_MODEL } as const;
const never = new AbortController().signal;

/** Several detectors on one broker, and somebody who halts, purges and dispatches again. */
describe('batches in hand', () => {
  const broker = useBroker();
  let link: NatsLink;
  let queue: TileQueue;
  let runs = 0;
  let runId: string;
  const closers: (() => unknown)[] = [];

  beforeEach(() => {
    ({ link } = broker);
    queue = createTileQueue(link, { log });
    runId = `run${(runs += 1)}`;
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function detector(timings: LeaseTimings = LEASE_TIMINGS): Promise<{ source: TileSource; halted: HaltedRuns }> {
    const own = await broker.connect('detector');
    const halted = hearHaltedRuns(own.nc, log);
    const source = createTileSource(own, { models: [place.model], halted, log, timings });
    await own.nc.flush();
    closers.push(
      () => own.close(),
      () => halted.close(),
      () => source.close(),
    );
    return { source, halted };
  }

  const batchOf = (batch: number): TileBatch => sampleBatch(runId, batch);
  const dispatch = (...batches: number[]) => queue.dispatch(place, batches.map(batchOf));
  const inHand = async (): Promise<number[]> => [...(await queue.batchesInHand(runId))].toSorted((a, b) => a - b);

  it('are none, and that is known at once, where there is no detector', async () => {
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const started = performance.now();
      expect(await inHand()).toEqual([]);
      waits.push(performance.now() - started);
    }
    // Those who wait for answers wait for 300 ms; a loaded machine may once take as long for nothing.
    expect(Math.min(...waits)).toBeLessThan(250);
  });

  it('are known from all detectors, also when their messages were purged, until they end', async () => {
    const detectors = [await detector(), await detector()];
    await dispatch(0, 1);
    const leases = await Promise.all(detectors.map(({ source }) => source.next(never)));
    for (const [i, lease] of leases.entries()) expect(detectors[i]?.source.begin(lease)).toBe(true);
    await queue.halt(runId);
    await queue.purgeRun(runId);
    expect(await inHand()).toEqual([0, 1]);
    await leases[0]?.done();
    expect(await inHand()).toEqual([leases[1]?.batch.batch]);
    leases[1]?.handBack();
    expect(await inHand()).toEqual([]);
    expect([...(await queue.batchesInHand('another'))]).toEqual([]);
  });

  it('that are only ahead count while they will be worked on, and not once their run is halted', async () => {
    const { source } = await detector();
    const look = createLookAhead(source);
    await dispatch(0, 1);
    const first = await look.next(never);
    await vi.waitFor(async () => expect(await inHand()).toEqual([0, 1]));
    await queue.halt(runId);
    expect(await inHand()).toEqual([first.batch.batch]);
    await first.done();
    await look.close();
  });

  it('that were ahead when their run was halted are not begun when it is resumed, and those dispatched then are, once', async () => {
    const { source } = await detector();
    const look = createLookAhead(source);
    await dispatch(0, 1, 2);
    const first = await look.next(never);
    await vi.waitFor(async () => expect((await inHand()).length).toBe(2));
    await queue.halt(runId);
    await queue.purgeRun(runId);
    const held = await queue.batchesInHand(runId);
    expect(await dispatch(...[0, 1, 2].filter((batch) => !held.has(batch)))).toMatchObject({ published: 2 });
    await first.done();
    const rest = [await look.next(never), await look.next(never)];
    expect([first, ...rest].map(({ batch }) => batch.batch).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    await Promise.all(rest.map((lease) => lease.done()));
    await expect(look.next(AbortSignal.timeout(300))).rejects.toThrow();
    await look.close();
  });

  it('of a stream that was made anew may begin, though their numbers are lower than those of a halt', async () => {
    const { halted } = await detector();
    await dispatch(0, 1, 2);
    await queue.halt(runId);
    await vi.waitFor(() => expect(halted.isHalted(runId, 1)).toBe(true));
    await dispatch(3);
    await link.nc.flush();
    expect(halted.isHalted(runId, 1)).toBe(true);
    const notice: HaltNotice = { runId, halted: false, lastSequence: 0, streamMade: 'later' };
    link.nc.publish(HALT_SUBJECT, JSON.stringify(notice));
    await vi.waitFor(() => expect(halted.isHalted(runId, 1)).toBe(false));
  });

  it('are not begun where the lease ran out while the process stood still, and not given back either', async () => {
    const timings = { ackWaitMs: 1_000, keepAliveMs: 60_000 };
    const { source } = await detector(timings);
    await ensureConsumers(link.jsm, place.model, { ackWaitMs: timings.ackWaitMs });
    await link.js.publish(tilesSubject({ ...place, runId, batch: 0 }), JSON.stringify(batchOf(0)));
    const look = createLookAhead(source);
    const lost = await source.next(never);
    await delay(timings.ackWaitMs + 100);
    expect(source.begin(lost)).toBe(false);
    const again = await look.next(never);
    expect(again.batch.batch).toBe(0);
    lost.drop();
    expect(lost.handBack()).toBe(false);
    expect(await inHand()).toEqual([0]);
    expect(await queue.waitingBatches(runId)).toEqual(new Set([0]));
    await again.done();
    await look.close();
    await ensureConsumers(link.jsm, place.model);
  });

  it('are asked for and told also among newer and broken words', async () => {
    const { source } = await detector();
    link.nc.publish(HANDS_SUBJECT, 'no JSON');
    await dispatch(0);
    const lease = await source.next(never);
    source.begin(lease);
    const question = JSON.stringify({ runId, since: 'a later version' });
    const answer = await link.nc.request(HANDS_SUBJECT, question, { timeout: 2_000 });
    expect(answer.json()).toEqual({ batches: [0] });
    await lease.done();
  });
});
