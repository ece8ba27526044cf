import { connect, type JetStreamManager } from 'nats';
import { expect, onTestFinished, test, vi } from 'vitest';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { freePorts } from '../../../infra/local/free-ports.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { NATS } from '../../../infra/local/servers/nats.ts';
import { portOf } from '../../../infra/local/servers/server-definition.ts';
import { startServer } from '../../../infra/local/start-server.ts';
import { keepRunning } from '../../../infra/local/supervisor/keep-running.ts';
import { mountTinyDisk } from '../../e2e/tiny-disk.ts';
import { killWithUs } from '../../kill-with-us.ts';

const MB = 1024 * 1024;
const STREAM = 'S';
/** Of its three looks each waits 5 s, and a server that is stuck does not end when it is asked to. */
const PATIENCE = { timeout: 40_000, interval: 100 };

const MESSAGES = 1_000;

/** Each message that is taken out leaves a note in the stream's file, and together they need more than its last page. */
const REMOVALS: Record<string, (jsm: JetStreamManager) => Promise<unknown>> = {
  'remembers it': async (jsm) => {
    for (let sequence = 1; sequence <= MESSAGES; sequence += 1)
      await jsm.streams.deleteMessage(STREAM, sequence, false);
  },
  'hangs since': (jsm) => jsm.streams.purge(STREAM, { filter: 's.0.*' }),
};

const natsBinary = (): Promise<string> =>
  provisionServer('nats', { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => undefined });

test.for(Object.keys(REMOVALS))(
  'a broker that met a full disk and %s is started anew when there is room',
  async (how, { skip }) => {
    const remove = REMOVALS[how] ?? (() => Promise.resolve());
    const disk = await mountTinyDisk(32 * MB);
    if (disk === undefined) return skip('only an administrator can mount a small disk');
    onTestFinished(() => disk[Symbol.asyncDispose]());
    const binary = await natsBinary();
    const ports = await freePorts(NATS.portNames);
    const isStuck = async (): Promise<boolean> => (await NATS.isStuck?.(ports, AbortSignal.timeout(2_000))) ?? false;
    const place = { binary, ports, dataDir: `${disk.folder}/nats`, logFile: `${disk.folder}/nats.log` };
    const options = { ...place, onSpawn: (pid: number) => void killWithUs(pid) };
    // Looked at by hand first.
    let looks = async (): Promise<boolean> => false;
    const kept = keepRunning({
      name: 'nats',
      start: (signal) => startServer(NATS, { ...options, signal }),
      firstBackoffMs: 1,
      stuck: { isStuck: () => looks(), everyMs: 100 },
      onChange: () => undefined,
    });
    onTestFinished(() => kept.stop());
    await kept.ready(1);
    const nc = await connect({
      servers: `127.0.0.1:${portOf(ports, 'client')}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    onTestFinished(() => nc.close());
    const jsm = await nc.jetstreamManager({ timeout: 1_000 });
    await jsm.streams.add({ name: STREAM, subjects: ['s.>'] });
    const js = nc.jetstream();
    await Promise.all(Array.from({ length: MESSAGES }, (_, i) => js.publish(`s.${i % 2}.${i}`)));
    expect(await isStuck()).toBe(false);

    await disk.fillUpTo(0);
    await expect(remove(jsm)).rejects.toThrow();
    await disk.empty();
    await expect(jsm.streams.purge(STREAM)).rejects.toThrow(how === 'remembers it' ? 'no space left' : 'TIMEOUT');
    expect(await isStuck()).toBe(true);

    looks = isStuck;
    await vi.waitFor(() => expect(kept.facts()).toMatchObject({ state: 'ready', restarts: 1 }), PATIENCE);
    await vi.waitFor(() => jsm.streams.purge(STREAM), PATIENCE);
    expect(await isStuck()).toBe(false);
  },
);

test('a broker that was started on a full disk takes messages as soon as there is room', async ({ skip }) => {
  const disk = await mountTinyDisk(32 * MB);
  if (disk === undefined) return skip('only an administrator can mount a small disk');
  onTestFinished(() => disk[Symbol.asyncDispose]());
  // Enough for its own folders.
  await disk.fillUpTo(MB / 2);
  const place = { binary: await natsBinary(), dataDir: `${disk.folder}/nats`, logFile: `${disk.folder}/nats.log` };
  const server = await startServer(NATS, { ...place, onSpawn: (pid) => void killWithUs(pid) });
  onTestFinished(() => server.stop());
  const nc = await connect({ servers: `127.0.0.1:${portOf(server.ports, 'client')}` });
  onTestFinished(() => nc.close());
  await (await nc.jetstreamManager()).streams.add({ name: STREAM, subjects: ['s.>'] });
  await disk.empty();

  const message = new Uint8Array(MB / 2);
  for (let i = 0; i < 8; i += 1) await nc.jetstream().publish(`s.${i}`, message);
  expect((await (await nc.jetstreamManager()).streams.info(STREAM)).state.messages).toBe(8);
});
