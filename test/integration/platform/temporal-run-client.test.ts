import { fileURLToPath } from 'node:url';
import { ApplicationFailure, heartbeat, sleep } from '@temporalio/activity';
import { msToTs } from '@temporalio/common/lib/time.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorFacts } from '../../../domain/error.ts';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { CONTROL_QUEUE, workflowIdOf, type StageProgress } from '../../../domain/segment-slide.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { connectTemporal, type TemporalLink } from '../../../platform/temporal/connect-temporal.ts';
import { ensureSearchAttributes } from '../../../platform/temporal/ensure-search-attributes.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import type { TinyActivities } from '../../fixtures/tiny-run-workflow.ts';
import { realServer } from '../../real-servers.ts';

const PROGRESS: StageProgress = { stage: 'detecting', done: 30, total: 120, failed: 2 };
const FACTS: ErrorFacts = { code: 'scale-missing', message: 'slide.svs states no scale.', hint: 'Give it with --mpp.' };

let server: Awaited<ReturnType<typeof realServer<'temporal'>>>;
let link: TemporalLink;
let client: RunClient;
let workerLine: NativeConnection;
let worker: Worker;
let working: Promise<void>;
let count = 0;
let runId: string;

/** What gathering does next for a run; without an entry it waits. */
const endings = new Map<string, 'finish' | 'fail'>();

const activities: TinyActivities = {
  async gatherHeatmap(run) {
    for (;;) {
      heartbeat(PROGRESS);
      const ending = endings.get(run);
      if (ending === 'finish') return;
      if (ending === 'fail')
        throw ApplicationFailure.create({ type: FACTS.code, message: 'failed', details: [FACTS], nonRetryable: true });
      await sleep(50);
    }
  },
};

const newWorker = (): Promise<Worker> =>
  Worker.create({
    connection: workerLine,
    taskQueue: CONTROL_QUEUE,
    workflowsPath: fileURLToPath(new URL('../../fixtures/tiny-run-workflow.ts', import.meta.url)),
    activities,
    maxHeartbeatThrottleInterval: '100ms',
    stickyQueueScheduleToStartTimeout: '1s',
  });

beforeAll(async () => {
  server = await realServer('temporal');
  link = await connectTemporal({ address: server.address.grpc, namespace: 'default' });
  client = createTemporalRunClient(link);
  workerLine = await NativeConnection.connect({ address: server.address.grpc });
  worker = await newWorker();
  working = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await working;
  await workerLine?.close();
  await client?.close();
  await server?.stop();
});
beforeEach(() => {
  count += 1;
  runId = `00000000000000000${String(count).padStart(3, '0')}`;
});

const specOf = (name = 'slide.svs'): RunSpec => ({
  slide: { url: 's3://h2g/slides/slide.svs', name, sizeBytes: 10, version: 'etag' },
  bundle: { id: 'baseline', version: '1', digest: 'abcdef', url: 's3://h2g/bundles/baseline/' },
  options: DEFAULT_OPTIONS,
});

const untilDetecting = (): Promise<void> =>
  vi.waitFor(async () => expect((await client.progress(runId)).cells?.total).toBe(120), { timeout: 10_000 });

describe('a namespace that does not know our search attribute', () => {
  it('is told of it with the first start', async () => {
    await link.connection.workflowService.registerNamespace({
      namespace: 'fresh',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const fresh = await vi.waitFor(() => connectTemporal({ address: server.address.grpc, namespace: 'fresh' }), 20_000);
    const known = await fresh.connection.operatorService.listSearchAttributes({ namespace: 'fresh' });
    expect(Object.keys(known.customAttributes ?? {})).not.toContain('h2gLane');
    const freshClient = createTemporalRunClient(fresh);
    expect(await vi.waitFor(() => freshClient.start(runId, specOf(), 'stat'), 20_000)).toBe('started');
    expect(await freshClient.progress(runId)).toMatchObject({
      lane: 'stat',
      state: { kind: 'running', stage: 'waiting' },
    });
    await ensureSearchAttributes(fresh.connection, 'fresh');
    await freshClient.close();
  });
});

describe('starting', () => {
  it('starts once, attaches while it runs, and leaves a finished run alone', async () => {
    const starts = await Promise.all(Array.from({ length: 5 }, () => client.start(runId, specOf(), 'routine')));
    expect(starts).toContain('started');
    await untilDetecting();
    expect(await client.start(runId, specOf(), 'routine')).toBe('attached');
    endings.set(runId, 'finish');
    expect(await client.result(runId)).toEqual({ runId, outcome: 'done' });
    expect(await client.start(runId, specOf(), 'routine')).toBe('finished');
    expect(await client.result(runId)).toEqual({ runId, outcome: 'done' });
    expect(await client.start(runId, specOf(), 'routine', { again: true })).toBe('started');
    expect(await client.result(runId)).toEqual({ runId, outcome: 'done' });
  });

  it('starts a failed run again', async () => {
    endings.set(runId, 'fail');
    await client.start(runId, specOf(), 'routine');
    await expect(client.result(runId)).rejects.toMatchObject(FACTS);
    endings.set(runId, 'finish');
    expect(await client.start(runId, specOf(), 'routine')).toBe('started');
    expect((await client.result(runId)).outcome).toBe('done');
  });

  it('waits for a run that is being cancelled, and starts it again', async () => {
    await client.start(runId, specOf(), 'routine');
    await untilDetecting();
    const first = await link.client.workflow.getHandle(workflowIdOf(runId)).describe();
    await client.cancel(runId);
    await client.cancel(runId);
    expect(await client.start(runId, specOf(), 'routine')).toBe('started');
    const second = await link.client.workflow.getHandle(workflowIdOf(runId)).describe();
    expect(second.runId).not.toBe(first.runId);
    endings.set(runId, 'finish');
    expect((await client.result(runId)).outcome).toBe('done');
  });
});

describe('progress', () => {
  it('tells stage, cells, slide and lane while it runs', async () => {
    await client.start(runId, specOf('Präparat 1.svs'), 'stat');
    await untilDetecting();
    expect(await client.progress(runId)).toMatchObject({
      runId,
      slideName: 'Präparat 1.svs',
      lane: 'stat',
      state: { kind: 'running', stage: 'detecting', paused: false },
      cells: { done: 30, total: 120, failed: 2 },
      closedAt: undefined,
    });
    endings.set(runId, 'finish');
    await client.result(runId);
    const ended = await client.progress(runId);
    expect(ended.state).toEqual({ kind: 'finished', outcome: 'done' });
    expect(ended.closedAt).toBeInstanceOf(Date);
    expect(ended).not.toHaveProperty('cells');
  });

  it('tells why a run failed', async () => {
    endings.set(runId, 'fail');
    await client.start(runId, specOf(), 'routine');
    await client.result(runId).catch(() => undefined);
    expect((await client.progress(runId)).state).toEqual({ kind: 'failed', error: FACTS });
  });

  it('lists the newest first, each run once', async () => {
    for (const run of endings.keys()) await client.result(run).catch(() => undefined);
    const older = `${runId}-a`;
    await client.start(older, specOf('older.svs'), 'research');
    endings.set(runId, 'fail');
    await client.start(runId, specOf('newer.svs'), 'routine');
    await client.result(runId).catch(() => undefined);
    endings.set(runId, 'finish');
    await client.start(runId, specOf('newer.svs'), 'routine');
    await client.result(runId);
    await vi.waitFor(async () => {
      const listed = await client.list(2);
      expect(listed.map(({ slideName }) => slideName)).toEqual(['newer.svs', 'older.svs']);
      expect((await client.list(50)).filter(({ slideName }) => slideName === 'newer.svs')).toHaveLength(1);
      expect(listed[0]?.state).toEqual({ kind: 'finished', outcome: 'done' });
      expect(listed[1]).toMatchObject({ lane: 'research', state: { kind: 'running' } });
    }, 10_000);
    endings.set(older, 'finish');
    await client.result(older);
  });

  it('names a run that is not there', async () => {
    const missing = { code: 'run-missing', message: expect.stringContaining('nobody') };
    await expect(client.progress('nobody')).rejects.toMatchObject(missing);
    await expect(client.result('nobody')).rejects.toMatchObject(missing);
    await expect(client.cancel('nobody')).rejects.toMatchObject(missing);
    await expect(client.pause('nobody')).rejects.toMatchObject(missing);
  });
});

describe('ends', () => {
  it('says that a run was cancelled', async () => {
    await client.start(runId, specOf(), 'routine');
    await untilDetecting();
    await client.cancel(runId);
    await expect(client.result(runId)).rejects.toMatchObject({ code: 'run-cancelled' });
    expect((await client.progress(runId)).state).toEqual({ kind: 'cancelled' });
    await client.cancel(runId);
  });

  it('says that a run was terminated', async () => {
    await client.start(runId, specOf(), 'routine');
    await link.client.workflow.getHandle(workflowIdOf(runId)).terminate('by hand');
    await expect(client.result(runId)).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining('terminated'),
    });
    expect((await client.progress(runId)).state).toMatchObject({ kind: 'failed', error: { code: 'run-failed' } });
  });

  it('passes on what nobody foresaw', async () => {
    await client.start(runId, specOf('broken.svs'), 'routine');
    await expect(client.result(runId)).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining('a bug'),
    });
  });

  it('stops waiting when told to, and the run goes on', async () => {
    await client.start(runId, specOf(), 'routine');
    const stop = new AbortController();
    const waiting = client.result(runId, { signal: stop.signal });
    const reason = new Error('Ctrl-C');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    endings.set(runId, 'finish');
    expect((await client.result(runId)).outcome).toBe('done');
  });
});

describe('updates', () => {
  it('pause, change lane, resume; all of it is seen', async () => {
    await client.start(runId, specOf('paused.svs'), 'routine');
    await vi.waitFor(async () => expect((await client.progress(runId)).state).toMatchObject({ paused: true }), 10_000);
    await client.pause(runId);
    await client.setLane(runId, 'stat');
    expect((await client.progress(runId)).lane).toBe('stat');
    endings.set(runId, 'finish');
    await client.resume(runId);
    await client.result(runId);
    await expect(client.pause(runId)).rejects.toMatchObject({
      code: 'run-missing',
      message: expect.stringContaining('ended'),
    });
  });
});

describe('without a worker', () => {
  it('still tells where runs stand, and says that nobody answers an update', async () => {
    await client.start(runId, specOf(), 'routine');
    await untilDetecting();
    worker.shutdown();
    await working;
    expect(await client.progress(runId)).toMatchObject({ slideName: 'slide.svs', state: { kind: 'running' } });
    await expect(client.pause(runId)).rejects.toMatchObject({
      code: 'control-unreachable',
      message: expect.stringContaining('no orchestrator answered'),
    });
    endings.set(runId, 'finish');
    worker = await newWorker();
    working = worker.run();
    await client.result(runId).catch(() => undefined);
  });
});

describe('a server that is not there', () => {
  it('is named by its address', async () => {
    await expect(
      connectTemporal({ address: '127.0.0.1:1', namespace: 'default' }, { timeoutMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'control-unreachable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('and a namespace that is not there by its name', async () => {
    await expect(connectTemporal({ address: server.address.grpc, namespace: 'nowhere' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('"nowhere"'),
    });
  });
});
