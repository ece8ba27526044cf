import { beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '../../../domain/run-spec.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import { hearHaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { createLookAhead } from '../../../platform/jetstream/look-ahead.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { SAMPLE_MODEL, sampleBatch, useBroker } from '../../fixtures/broker.ts';

const MODEL = SAMPLE_MODEL;
const log = SILENT_LOG;
const never = new AbortController().signal;

const broker = useBroker();
let queue: TileQueue;

beforeEach(() => {
  queue = createTileQueue(broker.link, { log });
});

const put = (lane: Lane, runId: string, count: number) =>
  queue.dispatch(
    { lane, model: MODEL },
    Array.from({ length: count }, (_, batch) => sampleBatch(runId, batch)),
  );

describe('where a run stands', () => {
  const standing = (lane: Lane, runId: string, own: number) => queue.standing({ lane, model: MODEL, runId }, own);

  it('cannot be said before anything was dispatched', async () => {
    await expect(standing('stat', 'nobody', 0)).rejects.toMatchObject({ code: 'queue-unreachable' });
  });

  it('is how many batches go before its own, of its lane and those above', async () => {
    await put('routine', 'first', 30);
    await put('research', 'low', 50);
    await put('routine', 'second', 10);
    await put('routine', 'third', 20);
    await put('stat', 'urgent', 5);
    expect((await standing('stat', 'urgent', 5)).ahead).toBe(0);
    expect((await standing('routine', 'first', 30)).ahead).toBe(5);
    // All that can be known of the middle: no more than lie between in the stream, research included.
    expect((await standing('routine', 'second', 10)).ahead).toBeGreaterThanOrEqual(35);
    expect((await standing('routine', 'second', 10)).ahead).toBeLessThanOrEqual(35 + 20);
    expect((await standing('routine', 'third', 20)).ahead).toBe(45);
    expect((await standing('research', 'low', 50)).ahead).toBe(65);
  });

  it('changes as batches are taken, and tells how many were', async () => {
    await put('routine', 'before', 12);
    await put('routine', 'mine', 6);
    const { ahead, delivered } = await standing('routine', 'mine', 6);
    expect(ahead).toBe(12);
    const halted = hearHaltedRuns(broker.link.nc, log);
    const source = createTileSource(broker.link, { models: [MODEL], halted, log });
    for (let taken = 0; taken < 7; taken++) await (await source.next(never)).done();
    expect(await standing('routine', 'mine', 6)).toEqual({ ahead: 5, delivered: delivered + 7 });
    await queue.purgeRun('before');
    expect((await standing('routine', 'mine', 6)).ahead).toBe(0);
    await (await source.next(never)).done();
    expect((await standing('routine', 'mine', 5)).ahead).toBe(0);
    source.close();
    halted.close();
  });
});

/** A detector's thread as it takes batches, its batch ahead included. */
describe('what a worker starts while higher lanes never run dry', () => {
  it('is a ninth of lower lanes, and a STAT slide comes first all the same', async () => {
    await put('routine', 'routine', 300);
    await put('research', 'research', 20);
    const halted = hearHaltedRuns(broker.link.nc, log);
    const source = createTileSource(broker.link, { models: [MODEL], halted, log });
    const look = createLookAhead(source);
    const start = async (): Promise<{ lane: Lane; runId: string }> => {
      const lease = await look.next(never);
      await lease.done();
      return { lane: lease.lane, runId: lease.batch.runId };
    };
    const startMany = async (count: number): Promise<Lane[]> => {
      const lanes: Lane[] = [];
      while (lanes.length < count) lanes.push((await start()).lane);
      return lanes;
    };
    const count = (lanes: readonly Lane[], lane: Lane): number => lanes.filter((other) => other === lane).length;

    const calm = await startMany(45);
    expect(count(calm, 'research')).toBeGreaterThanOrEqual(4);
    expect(count(calm, 'research')).toBeLessThanOrEqual(6);

    await put('stat', 'urgent', 200);
    expect(await startMany(1)).toEqual(['stat']);
    const urgent = await startMany(90);
    expect(count(urgent, 'routine')).toBeGreaterThanOrEqual(8);
    expect(count(urgent, 'research')).toBeGreaterThanOrEqual(8);
    expect(count(urgent, 'stat')).toBeGreaterThanOrEqual(65);

    await look.close();
    source.close();
    halted.close();
  });
});
