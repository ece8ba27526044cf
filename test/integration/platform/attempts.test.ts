import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Scores, TileBatch } from '../../../domain/messages.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import { connectNats, type NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { hearHaltedRuns, type HaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { openAttempt, type Attempt } from '../../../platform/jetstream/open-attempt.ts';
import { publishScores } from '../../../platform/jetstream/publish-scores.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const log = SILENT_LOG;
const NEVER = new AbortController().signal;
const MODEL = 'baseline-1-abcdef01';

/** What detectors say of batches that somebody had before, over a real broker. */
describe('attempts at a batch', () => {
  let nats: RealServer<{ url: string }>;
  let link: NatsLink;
  let queue: TileQueue;
  let halted: HaltedRuns;
  let runs = 0;
  let message: TileBatch;

  beforeAll(async () => {
    nats = await realServer('nats');
    link = await connectNats({ url: nats.address.url, name: 'test', log });
    halted = hearHaltedRuns(link.nc, log);
    queue = createTileQueue(link, { log });
  });
  afterAll(async () => {
    halted?.close();
    await link?.close();
    await nats?.stop();
  });
  beforeEach(async () => {
    message = {
      runId: `run${(runs += 1)}`,
      batch: 4,
      attempt: 0,
      mode: 'whole',
      slide: { url: 'file:///slide.svs', version: 'v1' },
      bundle: { id: 'baseline', version: '1', digest: 'a'.repeat(64), url: 'file:///bundle/' },
      level: 0,
      cellPx: 256,
      cells: [
        [0, 0],
        [1, 0],
      ],
    };
    await queue.dispatch({ lane: 'routine', model: MODEL }, [message]);
  });

  const open = (worker: string, of: TileBatch = message): Promise<Attempt | 'ended'> =>
    openAttempt(link, of, { worker, log });
  async function begun(worker: string, of: TileBatch = message): Promise<Attempt> {
    const attempt = await open(worker, of);
    if (attempt === 'ended') throw new Error('it has ended');
    return attempt;
  }
  const head = () => ({ runId: message.runId, batch: message.batch, worker: 'w' });
  const say = (scores: Scores): Promise<void> => publishScores(link, scores, { signal: NEVER, log });
  const scored = (): Scores => ({
    kind: 'scored',
    ...head(),
    scores: [0, 1],
    failed: [],
    provider: 'cpu',
    seconds: 0,
    bytes: { needed: 1, read: 1 },
  });

  it('count those that were begun and never ended, as a whole and cell by cell', async () => {
    await (await begun('a')).begin('whole');
    const second = await begun('b');
    expect(second.trail).toEqual({ crashes: 1, lost: [], delays: 0 });
    await second.begin('whole');
    const third = await begun('c');
    expect(third.trail.crashes).toBe(2);
    await third.begin(0);
    await third.begin(1);
    expect((await begun('d')).trail).toEqual({ crashes: 2, lost: [{ place: 1, worker: 'c' }], delays: 0 });
  });

  it('forget all once it is told how one ended', async () => {
    await (await begun('a')).begin('whole');
    const second = await begun('b');
    await second.begin('whole');
    await second.end('told');
    expect((await begun('c')).trail).toEqual({ crashes: 0, lost: [], delays: 0 });
  });

  it('blame nobody who handed the batch back alive', async () => {
    const first = await begun('a');
    await first.begin('whole');
    await first.end('handed-back');
    expect((await begun('b')).trail.crashes).toBe(0);
    await (await begun('b')).begin('whole');
    const third = await begun('c');
    await third.begin('whole');
    await third.end('handed-back');
    expect((await begun('d')).trail.crashes).toBe(1);
  });

  it('count how often tiles could not be read, beside what else is known', async () => {
    await (await begun('a')).begin('whole');
    for (const delays of [0, 1, 2]) {
      const attempt = await begun('b');
      expect(attempt.trail).toEqual({ crashes: 1, lost: [], delays });
      await attempt.begin('whole');
      await attempt.end('delayed');
    }
    const last = await begun('b');
    await last.end('handed-back');
    expect((await begun('b')).trail.delays).toBe(3);
    expect((await begun('b', { ...message, attempt: 1 })).trail.delays).toBe(0);
  });

  it('are over where the word lies in the stream and only the ack was lost', async () => {
    await say({ kind: 'delayed', ...head(), reason: 'the store is away' });
    expect(await open('a')).not.toBe('ended');
    await say({ kind: 'attempt-failed', ...head(), attempt: 0, reason: 'torn' });
    expect(await open('a')).toBe('ended');
    expect(await open('a', { ...message, attempt: 1 })).not.toBe('ended');
    await say(scored());
    expect(await open('a', { ...message, attempt: 1 })).toBe('ended');
  });

  it('are no scores to any who reads scores, and go with them', async () => {
    await (await begun('a')).begin('whole');
    expect(await queue.scoredBatches(message.runId)).toEqual(new Set());
    await say(scored());
    expect(await queue.scoredBatches(message.runId)).toEqual(new Set([4]));
    const stop = new AbortController();
    const heard: string[] = [];
    for await (const word of queue.followScores(message.runId, stop.signal)) {
      heard.push(word.kind);
      stop.abort();
    }
    expect(heard).toEqual(['scored']);
    await say({ kind: 'delayed', ...head(), reason: 'away' });
    await queue.forgetFailures(message.runId);
    expect((await begun('b')).trail.crashes).toBe(0);
    await (await begun('b')).begin('whole');
    await queue.purgeScores(message.runId);
    expect((await begun('c')).trail.crashes).toBe(0);
  });

  it('that failed are forgotten without what was scored meanwhile', async () => {
    const batches = Array.from({ length: 300 }, (_, batch) => batch);
    const { runId } = message;
    await Promise.all(batches.map((batch) => say({ kind: 'delayed', ...head(), batch, reason: 'the store is away' })));
    const score = async (): Promise<void> => {
      for (const batch of batches.toReversed()) await say({ ...scored(), batch });
    };
    await Promise.all([score(), queue.forgetFailures(runId)]);
    expect(await queue.scoredBatches(runId)).toEqual(new Set(batches));
    const words = await Promise.all(batches.map((batch) => queue.lastWord(runId, batch)));
    expect(words.filter((word) => word?.kind !== 'scored')).toEqual([]);
  });

  it('a lease tells whether somebody had the batch before', async () => {
    const source = createTileSource(link, { models: [MODEL], halted, log });
    try {
      await queue.purgeRun('*');
      await queue.dispatch({ lane: 'routine', model: MODEL }, [message]);
      const first = await source.next(NEVER);
      expect(first.redelivered).toBe(false);
      first.handBack();
      const second = await source.next(NEVER);
      expect(second.batch).toEqual(first.batch);
      expect(second.redelivered).toBe(true);
      await second.done();
    } finally {
      source.close();
    }
  });
});
