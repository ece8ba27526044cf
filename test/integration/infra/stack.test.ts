import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from 'nats';
import { beforeAll, describe, expect, it } from 'vitest';
import { downStack } from '../../../infra/local/down-stack.ts';
import { openStack, upStack } from '../../../infra/local/open-stack.ts';
import { stackStatus } from '../../../infra/local/stack-status.ts';
import type { StackAddresses } from '../../../infra/local/supervisor/control-messages.ts';
import { processesOf, provisionAll, STORE, temporaryHome } from './temporary-home.ts';

const byName = (a: string, b: string): number => (a < b ? -1 : 1);
const TIMEOUT = { timeout: 60_000 };
const SERVERS = ['nats-server', STORE, 'temporal'].toSorted(byName);
const ALL = [...SERVERS, 'supervisor'].toSorted(byName);
const gone = (homeDir: string) => expect.poll(() => processesOf(homeDir), { timeout: 15_000 }).toEqual([]);

const s3Client = ({ s3 }: StackAddresses): S3Client =>
  new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey },
    forcePathStyle: true,
  });

async function supervisorPid(homeDir: string): Promise<number> {
  const status = await stackStatus({ homeDir });
  if (status === undefined) throw new Error('no stack runs');
  return status.supervisorPid;
}

beforeAll(provisionAll);

describe('the local stack', () => {
  it('starts, serves a detector, and is gone when its only command has closed it', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const stack = await openStack(home.options);
    expect(processesOf(home.homeDir)).toEqual(ALL);

    await stack.ensureDetector('file:///bundles/a,b/');
    await stack.ensureDetector('file:///bundles/a,b/');
    const status = await stackStatus(home);
    const names = status?.processes.map(({ name }) => name.replace(/-.*/, '')).toSorted(byName);
    expect(names).toEqual(['detector', STORE, 'nats', 'orchestrator', 'temporal'].toSorted(byName));
    expect(status).toMatchObject({ leases: 1, standing: false });
    const detector = status?.processes.find(({ name }) => name.startsWith('detector'));
    const said = JSON.parse(await readFile(join(home.homeDir, 'logs', `${detector?.name}.log`), 'utf8')) as object;
    expect(said).toMatchObject({
      role: 'detector',
      bundles: 'file:///bundles/a%2Cb/',
      H2G_TEMPORAL_ADDRESS: stack.addresses.temporal,
      H2G_NATS_URL: stack.addresses.nats,
      H2G_S3_ENDPOINT: stack.addresses.s3.endpoint,
      H2G_ALLOW_FILE_SLIDES: 'true',
    });

    await stack.close();
    await gone(home.homeDir);
    expect(stack.lost.aborted).toBe(false);
    expect((await stat(join(home.homeDir, 's3-credentials.json'))).mode & 0o777).toBe(0o600);
  });

  it('starts once for commands that come at the same time, and ends with the last of them', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const stacks = await Promise.all([1, 2, 3, 4].map(() => openStack(home.options)));
    const addresses = new Set(stacks.map((stack) => JSON.stringify(stack.addresses)));
    expect(addresses.size).toBe(1);
    // Supervisors that came too late may still be on their way out.
    await expect.poll(() => processesOf(home.homeDir), { timeout: 15_000 }).toEqual(ALL);
    expect(await stackStatus(home)).toMatchObject({ leases: 4 });
    const [last, ...others] = stacks;
    await Promise.all(others.map((stack) => stack.close()));
    await expect.poll(async () => (await stackStatus(home))?.leases).toBe(1);
    expect(processesOf(home.homeDir)).toEqual(ALL);
    await last?.close();
    await gone(home.homeDir);
  });

  it.each(['minio', 'versitygw'])(
    'keeps messages, objects (%s) and addresses when its supervisor was killed',
    TIMEOUT,
    async (store) => {
      await using home = await temporaryHome({ env: { ...process.env, H2G_LOCAL_STORE: store } });
      const servers = ['nats-server', store, 'temporal'].toSorted(byName);
      const before = await openStack(home.options);
      const nats = await connect({ servers: before.addresses.nats });
      await (await nats.jetstreamManager()).streams.add({ name: 'KEEP', subjects: ['keep.*'] });
      await nats.jetstream().publish('keep.1', 'a message');
      await nats.close();
      await s3Client(before.addresses).send(new PutObjectCommand({ Bucket: 'h2g', Key: 'keep/1', Body: 'an object' }));

      process.kill(await supervisorPid(home.homeDir), 'SIGKILL');
      await once(before.lost, 'abort');
      expect(processesOf(home.homeDir)).toEqual(servers);

      // Whatever the default is by then: the store that holds the objects stays.
      const after = await openStack({ ...home.options, env: { ...process.env, H2G_LOCAL_STORE: '' } });
      expect(after.addresses).toEqual(before.addresses);
      expect(processesOf(home.homeDir)).toEqual([...servers, 'supervisor'].toSorted(byName));
      const again = await connect({ servers: after.addresses.nats });
      const kept = await (await again.jetstreamManager()).streams.getMessage('KEEP', { seq: 1 });
      expect(kept.string()).toBe('a message');
      await again.close();
      const object = await s3Client(after.addresses).send(new GetObjectCommand({ Bucket: 'h2g', Key: 'keep/1' }));
      expect(await object.Body?.transformToString()).toBe('an object');
      await after.close();
      await gone(home.homeDir);
    },
  );

  it('ends what a killed supervisor left behind when somebody says down', TIMEOUT, async () => {
    await using home = await temporaryHome();
    await upStack(home.options);
    process.kill(await supervisorPid(home.homeDir), 'SIGKILL');
    await expect.poll(() => processesOf(home.homeDir)).toEqual(SERVERS);
    expect(await downStack(home)).toBe(true);
    expect(processesOf(home.homeDir)).toEqual([]);
    expect(await downStack(home)).toBe(false);
  });

  it('goes down when the command that holds it is killed', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const { homeDir, cacheDir, workerCommand } = home.options;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const script = join(import.meta.dirname, 'hold-stack.ts');
    const args = ['--import', tsx, script, JSON.stringify({ homeDir, cacheDir, workerCommand })];
    const command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(command.stdout, 'data');
    expect(await stackStatus(home)).toMatchObject({ leases: 1 });
    command.kill('SIGKILL');
    await gone(home.homeDir);
  });

  it(
    'stands after up, tells those who still hold it when it goes down, and comes up again on the same ports',
    TIMEOUT,
    async () => {
      await using home = await temporaryHome();
      const addresses = await upStack(home.options);
      const stack = await openStack(home.options);
      await stack.close();
      await expect.poll(async () => (await stackStatus(home))?.leases).toBe(0);
      expect(await stackStatus(home)).toMatchObject({ standing: true, addresses });
      const held = await openStack(home.options);
      expect(await downStack(home)).toBe(true);
      await gone(home.homeDir);
      expect(held.lost.reason).toMatchObject({ code: 'server-unavailable' });
      expect(await stackStatus(home)).toBeUndefined();
      expect(await upStack(home.options)).toEqual(addresses);
    },
  );

  it('gives way to another build of the program, once nobody holds it', TIMEOUT, async () => {
    const program = join(await mkdtemp(join(tmpdir(), 'h2g-worker-')), 'worker.mjs');
    await copyFile(join(import.meta.dirname, 'tiny-worker.mjs'), program);
    await using home = await temporaryHome({ workerCommand: [process.execPath, program] });
    await upStack(home.options);
    const [old, held] = [await supervisorPid(home.homeDir), await openStack(home.options)];
    await utimes(program, 1, 1);
    const sharing = await openStack(home.options);
    expect(await supervisorPid(home.homeDir)).toBe(old);
    await Promise.all([held.close(), sharing.close()]);
    await expect.poll(async () => (await stackStatus(home))?.leases).toBe(0);
    const fresh = await openStack(home.options);
    expect(await supervisorPid(home.homeDir)).not.toBe(old);
    expect(await stackStatus(home)).toMatchObject({ standing: true, addresses: fresh.addresses });
    expect(processesOf(home.homeDir)).toEqual(ALL);
  });

  it('starts a server that died again on its ports, and a worker too', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const stack = await openStack(home.options);
    await stack.ensureDetector('file:///bundles/a/');
    const state = async (name: string) =>
      (await stackStatus(home))?.processes.find((process) => process.name.startsWith(name));
    for (const name of ['nats', 'detector']) {
      const { pid = 0 } = (await state(name)) ?? {};
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => state(name), { timeout: 15_000 }).toMatchObject({ state: 'ready', restarts: 1 });
      expect((await state(name))?.pid).not.toBe(pid);
    }
    const nats = await connect({ servers: stack.addresses.nats });
    await nats.close();
    expect(processesOf(home.homeDir)).toEqual(ALL);
  });

  it('says in the words of a detector why it does not come up', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const stack = await openStack(home.options);
    const error = await stack.ensureDetector('file:///broken/').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'server-unavailable',
      message: expect.stringContaining('bundle file:///broken/ cannot be read'),
    });
    await stack.ensureDetector('file:///bundles/good/');
    await stack.close();
  });

  it(
    'says that the disk is full, and leaves no process behind (skipped where mount is forbidden)',
    TIMEOUT,
    async (context) => {
      await using home = await temporaryHome();
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', home.homeDir]).status === 0;
      context.skip(!mounted, 'mount is forbidden here');
      try {
        await expect(openStack(home.options)).rejects.toMatchObject({
          code: 'disk-full',
          hint: expect.stringContaining('H2G_HOME'),
        });
        expect(processesOf(home.homeDir)).toEqual([]);
      } finally {
        spawnSync('umount', [home.homeDir]);
      }
    },
  );

  it('moves a server whose port another program has taken in the meantime', TIMEOUT, async () => {
    await using home = await temporaryHome();
    const before = await upStack(home.options);
    await downStack(home);
    const squatter = createServer().listen({ host: '127.0.0.1', port: Number(new URL(before.nats).port) });
    await once(squatter, 'listening');
    const after = await upStack(home.options);
    expect(after.nats).not.toBe(before.nats);
    expect(after.temporal).toBe(before.temporal);
    await new Promise((resolve) => squatter.close(resolve));
  });
});
