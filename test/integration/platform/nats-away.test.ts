import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import type { Scores, TileBatch } from '../../../domain/messages.ts';
import { consumerName, TILES_STREAM, tilesSubject } from '../../../domain/subjects.ts';
import { connectNats, type NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { hearHaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { publishScores } from '../../../platform/jetstream/publish-scores.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';

const log = SILENT_LOG;
const MODEL = 'm-1-00000000';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const batchOf = (batch: number): TileBatch => ({
  runId: 'r',
  batch,
  attempt: 0,
  mode: 'whole',
  slide: { url: 's3://h2g/slides/a.svs', version: 'etag' },
  bundle: { id: 'm', version: '1', digest: '00000000', url: 's3://h2g/bundles/m/' },
  level: 0,
  cellPx: 256,
  cells: [[batch, 0]],
});
const failed = (batch: number): Scores => ({
  kind: 'attempt-failed',
  runId: 'r',
  batch,
  worker: 'w',
  attempt: 0,
  reason: 'x',
});

describe('a broker that is away', () => {
  let folder: string;
  let binary: string;
  let port: number;
  let child: ChildProcess | undefined;
  let link: NatsLink | undefined;

  const start = (...extra: string[]): void => {
    child = spawn(
      binary,
      ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', folder, ...extra],
      {
        stdio: 'ignore',
      },
    );
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (child === undefined) return;
    child.kill(signal);
    await once(child, 'exit');
    child = undefined;
  };
  const connect = async (url = `nats://127.0.0.1:${port}`, patienceMs = 10_000): Promise<NatsLink> => {
    link = await connectNats({ url, name: 'test', log, patienceMs });
    return link;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-nats-away-'));
    const cacheDir = defaultCacheDir(process.env);
    binary = await provisionServer('nats', { cacheDir, env: process.env, onProgress: () => undefined });
    port = await freePort();
  });
  afterEach(async () => {
    await link?.close();
    link = undefined;
    await kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is named by its address, without the password', async () => {
    const error: unknown = await connect(`nats://me:secret@127.0.0.1:${port}`, 300).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringContaining(`***@127.0.0.1:${port}`),
    });
    expect(String(error)).not.toContain('secret');
  });

  it('is waited for on the first connection', async () => {
    const connecting = connect();
    start();
    expect((await connecting).nc.isClosed()).toBe(false);
  });

  it('refuses a wrong password at once, and takes the right one from the URL', async () => {
    start('--user', 'me', '--pass', 'p@ss word');
    await connect(`nats://me:p%40ss%20word@127.0.0.1:${port}`);
    const wrong = connectNats({ url: `nats://me:wrong@127.0.0.1:${port}`, name: 'test', log });
    await expect(wrong).rejects.toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringContaining('refuses'),
    });
  });

  it('without JetStream is said to be so', async () => {
    child = spawn(binary, ['--addr', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
    await expect(connect(undefined, 1_500)).rejects.toMatchObject({
      code: 'queue-unreachable',
      hint: expect.stringContaining('--jetstream'),
    });
  });

  it('loses nothing when it is killed: batches in hand are done, scores arrive, followers go on', async () => {
    start();
    const open = await connect();
    const queue = createTileQueue(open, { log });
    const halted = hearHaltedRuns(open.nc, log);
    const source = createTileSource(open, { models: [MODEL], halted, log });
    const stop = new AbortController();
    const followed = new Set<number>();
    await queue.dispatch({ lane: 'routine', model: MODEL }, [0, 1, 2].map(batchOf));
    const following = (async () => {
      for await (const { batch } of queue.followScores('r', stop.signal)) followed.add(batch);
    })();
    const first = await source.next(stop.signal);
    await publishScores(open, failed(first.batch.batch), { signal: stop.signal, log });

    await kill();
    const publishing = publishScores(open, failed(7), { signal: stop.signal, log });
    const taking = source.next(stop.signal);
    const listing = queue.waitingBatches('r');
    start();

    await publishing;
    expect(await listing).toEqual(new Set([0, 1, 2]));
    await first.done();
    const rest = [await taking, await source.next(stop.signal)];
    await Promise.all(rest.map((lease) => lease.done()));
    await vi.waitFor(async () => expect(await queue.waitingBatches('r')).toEqual(new Set()), { timeout: 20_000 });
    await vi.waitFor(() => expect(followed).toEqual(new Set([first.batch.batch, 7])), { timeout: 20_000 });
    stop.abort();
    await following;
    source.close();
    halted.close();
  });

  it('may forget what is in hand when it ends after a purge: such batches are found, and can be dispatched again', async () => {
    start();
    const open = await connect();
    const queue = createTileQueue(open, { log });
    const halted = hearHaltedRuns(open.nc, log);
    const source = createTileSource(open, { models: [MODEL], halted, log });
    const run = { lane: 'routine', model: MODEL, runId: 'r' } as const;
    const consumer = () => open.jsm.consumers.info(TILES_STREAM, consumerName(run.lane, MODEL));
    await queue.dispatch(run, [0, 1, 2].map(batchOf));
    for (let i = 0; i < 3; i++) await source.next(new AbortController().signal);
    for (const batch of [1, 2]) await open.jsm.streams.purge(TILES_STREAM, { filter: tilesSubject({ ...run, batch }) });
    await vi.waitFor(async () => expect((await consumer()).ack_floor.stream_seq).toBeGreaterThan(0));
    expect(await queue.dropStranded(run), 'in hand').toBe(0);
    source.close();
    await kill('SIGTERM');
    start();
    expect(await queue.waitingBatches('r')).toEqual(new Set([0]));
    expect(await consumer(), 'it has forgotten batch 0').toMatchObject({ num_pending: 0, num_ack_pending: 0 });

    expect(await queue.dropStranded(run)).toBe(1);
    expect(await queue.dispatch(run, [batchOf(0)])).toEqual({ published: 1, alreadyThere: 0 });
    expect(await queue.dropStranded(run), 'dispatched again').toBe(0);
    halted.close();
  });
});
