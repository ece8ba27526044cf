import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Scores } from '../../../domain/messages.ts';
import { tilesSubject } from '../../../domain/subjects.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import { connectNats, type NatsLink, type NatsRole } from '../../../platform/jetstream/connect-nats.ts';
import { ensureConsumers } from '../../../platform/jetstream/ensure-consumers.ts';
import { ensureStreams } from '../../../platform/jetstream/ensure-streams.ts';
import { hearHaltedRuns, type HaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { openAttempt } from '../../../platform/jetstream/open-attempt.ts';
import { publishScores } from '../../../platform/jetstream/publish-scores.ts';
import type { TileLease } from '../../../platform/jetstream/tile-lease.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource, type TileSource } from '../../../platform/jetstream/tile-source.ts';
import { createLog, SILENT_LOG } from '../../../platform/log.ts';
import { SAMPLE_MODEL, sampleBatch } from '../../fixtures/broker.ts';
import { NATS_WITH_USERS, ROLES, urlOf } from '../../fixtures/nats-with-users.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const log = SILENT_LOG;
const never = new AbortController().signal;
const place = { lane: 'routine', model: SAMPLE_MODEL } as const;

/** A broker with the users of infra/helm/h2g-flow/files/nats-users.conf; each role does all that its code ever does, under its own. */
describe('NATS users by role', () => {
  let nats: RealServer<{ url: string }>;
  const links = {} as Record<NatsRole, NatsLink>;
  /** What the broker refused to any of them. */
  const faults: string[] = [];
  let queue: TileQueue;
  let source: TileSource;
  let halted: HaltedRuns;
  let runs = 0;
  let runId: string;

  beforeAll(async () => {
    nats = await realServer('nats', NATS_WITH_USERS);
    for (const role of ROLES) {
      links[role] = await connectNats({ url: urlOf(nats.address.url, role), name: role, role, log });
      void listen(links[role].nc, (fault) => faults.push(`${role}: ${fault}`));
    }
    queue = createTileQueue(links.orchestrator, { log });
    halted = hearHaltedRuns(links.detector.nc, log);
    source = createTileSource(links.detector, { models: [place.model], halted, log });
    await links.detector.nc.flush();
  });
  afterAll(async () => {
    source?.close();
    halted?.close();
    await Promise.all(Object.values(links).map((link) => link.close()));
    await nats?.stop();
  });
  beforeEach(() => {
    runId = `run${(runs += 1)}`;
    faults.length = 0;
  });

  const dispatch = (...batches: number[]) =>
    queue.dispatch(
      place,
      batches.map((batch) => sampleBatch(runId, batch)),
    );
  async function take(): Promise<TileLease> {
    const lease = await source.next(never);
    expect(source.begin(lease)).toBe(true);
    return lease;
  }
  const say = (word: Partial<Scores> & Pick<Scores, 'kind'>, batch: number): Promise<void> => {
    const rest = { scores: [0.5], failed: [], provider: 'cpu', seconds: 0, bytes: { needed: 1, read: 1 } };
    return publishScores(links.detector, { runId, batch, worker: 'w', ...rest, ...word } as Scores, {
      signal: never,
      log,
    });
  };

  it('let setup make the streams, twice, and doctor look', async () => {
    await ensureStreams(links.setup.jsm);
    await ensureStreams(links.setup.jsm);
    // Another setting: the stream is looked at, then corrected.
    await links.setup.jsm.streams.update('H2G_SCORES', { max_age: 0 });
    await ensureStreams(links.setup.jsm);
    await links.client.jsm.getAccountInfo();
    expect(faults).toEqual([]);
  });

  it('let a run through, from its first batch to the last word', async () => {
    expect(await dispatch(0, 1, 2)).toEqual({ published: 3, alreadyThere: 0 });
    expect(await dispatch(0, 1, 2)).toEqual({ published: 0, alreadyThere: 3 });
    expect(await queue.standing({ ...place, runId }, 3)).toMatchObject({ ahead: 0 });
    const first = await take();
    expect(await queue.batchesInHand(runId)).toEqual(new Set([0]));
    // Longer than it takes to say once that it is still in work.
    await delay(3_500);
    await say({ kind: 'scored' }, 0);
    await first.done();
    const second = await take();
    expect(second.handBack()).toBe(true);
    const again = await take();
    expect(again).toMatchObject({ redelivered: true, batch: { batch: 1 } });
    const attempt = await openAttempt(links.detector, again.batch, { worker: 'w', log });
    if (attempt === 'ended') throw new Error('it has ended');
    await attempt.begin('whole');
    await say({ kind: 'delayed', reason: 'away' } as Partial<Scores> & { kind: 'delayed' }, 1);
    await attempt.end('told');
    await again.done();
    expect(await queue.waitingBatches(runId)).toEqual(new Set([2]));
    expect(await queue.scoredBatches(runId)).toEqual(new Set([0, 1]));
    expect((await queue.lastWord(runId, 1))?.kind).toBe('delayed');
    expect(await queue.forgetFailures(runId)).toBe(1);
    const stop = new AbortController();
    for await (const word of queue.followScores(runId, stop.signal)) {
      expect(word).toMatchObject({ kind: 'scored', batch: 0 });
      stop.abort();
    }
    await queue.halt(runId);
    await until(() => halted.isHalted(runId, 1));
    expect(await queue.dropStranded({ ...place, runId })).toBeGreaterThanOrEqual(0);
    await queue.purgeRun(runId);
    await queue.purgeScores(runId);
    expect(await queue.scoredBatches(runId)).toEqual(new Set());
    expect(faults).toEqual([]);
  });

  it('let a long list of scores come, at the pace of who reads them', async () => {
    const batches = Array.from({ length: 2_000 }, (_, batch) => batch);
    const scores = Array.from({ length: 256 }, (_, i) => i / 256);
    await Promise.all(batches.map((batch) => say({ kind: 'scored', scores }, batch)));
    const stop = new AbortController();
    let heard = 0;
    for await (const _ of queue.followScores(runId, stop.signal)) if ((heard += 1) === batches.length) stop.abort();
    await queue.purgeScores(runId);
    expect(faults).toEqual([]);
  });

  it('let orchestrators make again what was lost, and give consumers other settings', async () => {
    const { jsm } = links.orchestrator;
    await dispatch(0);
    await ensureConsumers(jsm, place.model, { ackWaitMs: 11_000 });
    await ensureConsumers(jsm, place.model);
    await jsm.streams.deleteMessage('H2G_TILES', (await jsm.streams.info('H2G_TILES')).state.last_seq);
    await jsm.streams.update('H2G_TILES', { description: 'other' });
    await ensureStreams(jsm);
    expect(faults).toEqual([]);
  });

  it.each<[NatsRole, string, string[]]>([
    [
      'detector',
      'publish',
      [
        tilesSubject({ ...place, runId: 'x', batch: 0 }),
        'h2g.halt',
        'h2g.hands',
        'h2g.wake.x',
        '$JS.API.STREAM.DELETE.H2G_TILES',
        '$JS.API.STREAM.PURGE.H2G_TILES',
        '$JS.API.STREAM.PURGE.H2G_SCORES',
        '$JS.API.STREAM.UPDATE.H2G_SCORES',
        '$JS.API.STREAM.MSG.DELETE.H2G_TILES',
        '$JS.API.STREAM.CREATE.MINE',
        '$JS.API.CONSUMER.CREATE.H2G_TILES',
        '$JS.API.CONSUMER.CREATE.H2G_SCORES',
        '$JS.API.CONSUMER.DELETE.H2G_TILES.routine-x',
        '$JS.API.CONSUMER.MSG.NEXT.OTHER.x',
        '_INBOX.orchestrator.x',
        'elsewhere',
      ],
    ],
    ['detector', 'subscribe', ['>', '_INBOX.>', '_INBOX.orchestrator.>', 'h2g.tiles.>', 'h2g.scores.>', '$JS.>']],
    [
      'orchestrator',
      'publish',
      [
        'h2g.scores.x.0',
        '$JS.API.STREAM.DELETE.H2G_TILES',
        '$JS.API.STREAM.DELETE.H2G_SCORES',
        '$JS.API.STREAM.CREATE.OTHER',
        '$JS.API.CONSUMER.MSG.NEXT.H2G_TILES.x',
        '$JS.ACK.H2G_TILES.x',
        '_INBOX.detector.x',
      ],
    ],
    ['orchestrator', 'subscribe', ['>', '_INBOX.detector.>', '_INBOX.*.>', 'h2g.tiles.>']],
    [
      'setup',
      'publish',
      [
        'h2g.tiles.a',
        'h2g.scores.a',
        '$JS.API.STREAM.DELETE.H2G_TILES',
        '$JS.API.STREAM.PURGE.H2G_TILES',
        '$JS.API.STREAM.CREATE.OTHER',
      ],
    ],
    ['setup', 'subscribe', ['>', '_INBOX.client.>', 'h2g.halt']],
    [
      'client',
      'publish',
      [
        'h2g.tiles.a',
        'h2g.scores.a',
        'h2g.halt',
        '$JS.API.STREAM.CREATE.H2G_TILES',
        '$JS.API.STREAM.INFO.H2G_TILES',
        '$JS.API.STREAM.NAMES',
      ],
    ],
    ['client', 'subscribe', ['>', '_INBOX.>', '_INBOX.setup.>', 'h2g.halt', 'h2g.wake.x']],
  ])('keep a %s from what it has no business to %s', async (role, operation, subjects) => {
    const nc = await open(role);
    const refused = new Set<string>();
    void listen(nc, (_, subject) => subject !== undefined && refused.add(subject));
    for (const subject of subjects) {
      if (operation === 'publish') nc.publish(subject, '{}');
      else nc.subscribe(subject, { callback: () => undefined });
    }
    await nc.flush();
    await delay(50);
    await nc.close();
    expect([...refused].toSorted()).toEqual(subjects.toSorted());
  });

  it('let a detector answer a question once, and only who was asked', async () => {
    await dispatch(7);
    const lease = await take();
    const asking = links.orchestrator.nc;
    const heard: string[] = [];
    const inbox = links.orchestrator.inbox();
    asking.subscribe(inbox, { callback: (_, { data }) => heard.push(new TextDecoder().decode(data)) });
    const intruder = await open('detector');
    const refused: string[] = [];
    void listen(intruder, (_, subject) => refused.push(subject ?? ''));
    intruder.subscribe('h2g.hands', {
      callback: (_, message) => {
        message.respond('one');
        message.respond('two');
      },
    });
    await intruder.flush();
    asking.publish('h2g.hands', JSON.stringify({ runId }), { reply: inbox });
    await until(() => refused.length > 0 && heard.length === 2);
    await delay(50);
    expect(heard.toSorted()).toEqual(['one', '{"batches":[7]}']);
    expect(refused).toEqual([inbox]);
    await intruder.close();
    await lease.done();
    await queue.purgeRun(runId);
  });

  it('say whose rights are wanting, and no detector waits for batches that it may not take', async () => {
    const wrong = await connectNats({ url: urlOf(nats.address.url, 'client'), name: 'x', role: 'client', log });
    const poor = createTileSource(wrong, {
      models: [place.model],
      halted,
      log: createLog({ level: 'silent', name: 'x' }),
    });
    try {
      await expect(poor.next(AbortSignal.timeout(5_000))).rejects.toMatchObject({
        code: 'queue-unreachable',
        message: expect.stringMatching(/take batches.*permissions violation/i),
        hint: expect.stringContaining('nats-users.conf'),
      });
    } finally {
      poor.close();
      await wrong.close();
    }
  });

  it('refuse who has no password, and a role in the inbox of another', async () => {
    const { url } = nats.address;
    const refusal = { code: 'queue-unreachable', message: expect.stringContaining('refuses the login') };
    for (const address of [url, url.replace('//', '//h2g-detector:wrong-1@')])
      await expect(connectNats({ url: address, name: 'x', log, patienceMs: 0 })).rejects.toMatchObject(refusal);
    const elsewhere = { url: urlOf(url, 'detector'), role: 'orchestrator' } as const;
    await expect(connectNats({ ...elsewhere, name: 'x', log, patienceMs: 0 })).rejects.toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringMatching(/permissions violation/i),
    });
  });

  async function open(role: NatsRole): Promise<NatsConnection> {
    const { host, username: user, password: pass } = new URL(urlOf(nats.address.url, role));
    return connect({ servers: host, user, pass, inboxPrefix: `_INBOX.${role}`, noAsyncTraces: true });
  }
});

async function listen(
  nc: NatsConnection,
  tell: (fault: string, subject: string | undefined) => unknown,
): Promise<void> {
  for await (const status of nc.status())
    if (status.type === 'error') tell(JSON.stringify(status), status.permissionContext?.subject);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 100) throw new Error('it never became so');
    await delay(50);
  }
}
