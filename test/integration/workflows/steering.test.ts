import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure, Context, heartbeat } from '@temporalio/activity';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DispatchRequest, SegmentSlideActivities } from '../../../activities/contract.ts';
import { LANES, DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { CONTROL_QUEUE, HANDED_OVER, stepQueue, STEPS, workflowIdOf } from '../../../domain/segment-slide.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { connectTemporal, type TemporalLink } from '../../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));
const BYTES = { needed: 1, read: 1 };
/** As many updates of a workflow as Temporal takes at the same time. */
const AT_ONCE = 8;
/** So often is a run paused here; hundreds were tried by hand. */
const PAUSES = Number(process.env['H2G_PAUSES'] ?? 20);

const SPEC: RunSpec = {
  slide: { url: 's3://h2g/slides/slide.svs', name: 'slide.svs', sizeBytes: 10, version: 'etag' },
  bundle: { id: 'baseline', version: '1', digest: 'abcdef', url: 's3://h2g/bundles/baseline/' },
  options: DEFAULT_OPTIONS,
};

/** What the steps of the run under test do; each is told how it went. */
interface Play {
  /** `waits`: until cancelled; `dies`: says nothing more, as a worker does that was killed; `stops`: as one that was asked to stop meanwhile. */
  gather: 'waits' | 'ends' | 'dies' | 'stops';
  dispatch: 'waits' | 'ends';
  /** How long each takes; those after the last, no time. */
  discardsMs: number[];
  plannedBefore: boolean;
  readonly story: string[];
  readonly dispatched: DispatchRequest[];
}

/** The real workflow on a real Temporal, with steps that do as they are told. */
describe('a run that is steered', () => {
  let server: RealServer<{ grpc: string }>;
  let link: TemporalLink;
  let runs: RunClient;
  let workers: Worker[];
  let working: Promise<unknown>;
  let count = 0;
  let runId: string;
  let play: Play;

  const untilCancelled = async (): Promise<never> => {
    const beating = setInterval(() => heartbeat(), 100);
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beating);
    }
  };

  const activities: SegmentSlideActivities = {
    planRun: async () => ({ cells: 1, batches: 1, bytes: BYTES, plannedBefore: play.plannedBefore }),
    async forgetScores() {
      play.story.push('forgotten');
    },
    async dispatchTiles(request) {
      play.dispatched.push(request);
      play.story.push('dispatch');
      if (play.dispatch === 'waits') await untilCancelled();
      return { published: 1, scored: 0 };
    },
    async gatherHeatmap() {
      play.story.push('gather');
      if (play.gather === 'dies') await delay(20_000, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (play.gather === 'waits') await untilCancelled();
      if (play.gather === 'stops')
        await untilCancelled().catch(() => {
          throw ApplicationFailure.create({ type: HANDED_OVER, nextRetryDelay: '50ms' });
        });
      return { analysed: 1, failed: 0 };
    },
    refineMask: async () => ({ bytes: BYTES }),
    deliverResults: async () => ({ outcome: 'done' }),
    async discardBatches() {
      await delay(play.discardsMs.shift() ?? 0);
      play.story.push('discarded');
    },
    async recordFailure() {
      play.story.push('failed');
    },
  };
  const stopping = new AbortController();

  beforeAll(async () => {
    server = await realServer('temporal');
    link = await connectTemporal({ address: server.address.grpc, namespace: 'default' });
    runs = createTemporalRunClient(link);
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') });
    const connection = await NativeConnection.connect({ address: server.address.grpc });
    const common = { connection, activities, maxHeartbeatThrottleInterval: '100ms' };
    const queues = STEPS.flatMap((step) => LANES.map((lane) => stepQueue(step, lane)));
    workers = await Promise.all([
      Worker.create({ ...common, taskQueue: CONTROL_QUEUE, workflowBundle }),
      ...queues.map((taskQueue) => Worker.create({ ...common, taskQueue })),
    ]);
    working = Promise.all(workers.map((worker) => worker.run())).then(() => connection.close());
  });
  afterAll(async () => {
    stopping.abort();
    for (const worker of workers ?? []) worker.shutdown();
    await working;
    await runs?.close();
    await server?.stop();
  });
  beforeEach(() => {
    runId = `run${(count += 1)}`;
    play = { gather: 'waits', dispatch: 'ends', discardsMs: [], plannedBefore: false, story: [], dispatched: [] };
  });

  const begin = (options?: { again: boolean }) => runs.start(runId, SPEC, 'routine', options);
  const until = (step: string, times = 1) =>
    vi.waitFor(() => expect(play.story.filter((one) => one === step).length).toBeGreaterThanOrEqual(times), 15_000);
  const historyLength = async (): Promise<number> =>
    (await link.client.workflow.getHandle(workflowIdOf(runId)).describe()).historyLength;

  it.each(['dies', 'stops'] as const)('goes on after a pause in which the worker of its step %s', async (how) => {
    play.gather = how;
    await begin();
    await until('gather');
    await runs.pause(runId);
    play.gather = 'ends';
    await runs.resume(runId);
    expect(await runs.result(runId)).toEqual({ runId, outcome: 'done' });
    expect(play.story).not.toContain('failed');
  });

  it.each(['dies', 'stops'] as const)('is cancelled, not failed, when the worker of its step %s', async (how) => {
    play.gather = how;
    await begin();
    await until('gather');
    await runs.cancel(runId);
    await expect(runs.result(runId)).rejects.toMatchObject({ code: 'run-cancelled' });
    expect((await runs.progress(runId)).state).toEqual({ kind: 'cancelled' });
    expect(play.story).not.toContain('failed');
  });

  it('dispatches nothing while anything is still being discarded', async () => {
    await begin();
    await until('gather');
    // The first, that of the pause itself, is late.
    play.discardsMs = [1_000];
    const pausing = runs.pause(runId);
    await delay(200);
    play.gather = 'ends';
    await runs.resume(runId);
    await pausing;
    await runs.result(runId);
    expect(play.story).toEqual(['dispatch', 'gather', 'discarded', 'discarded', 'dispatch', 'gather']);
    expect(play.dispatched.map(({ afterPurge }) => afterPurge)).toEqual([false, true]);
  });

  it('has ended only when nothing is being discarded any more, for it may be run again at once', async () => {
    await begin();
    await until('gather');
    play.discardsMs = [1_000];
    await runs.cancel(runId);
    await expect(runs.result(runId)).rejects.toMatchObject({ code: 'run-cancelled' });
    expect(play.story).toEqual(['dispatch', 'gather', 'discarded', 'discarded']);
    play.gather = 'ends';
    play.plannedBefore = true;
    await begin();
    await runs.result(runId);
    expect(play.dispatched.at(-1)).toMatchObject({ afterPurge: true });
  });

  it('begins anew, though it was paused before its old scores were thrown away', async () => {
    play.dispatch = 'waits';
    await begin({ again: true });
    await until('dispatch');
    await runs.pause(runId);
    play.dispatch = 'ends';
    await runs.resume(runId);
    await until('gather');
    await runs.pause(runId);
    play.gather = 'ends';
    await runs.resume(runId);
    await runs.result(runId);
    expect(play.dispatched.map(({ anew }) => anew)).toEqual([true, true, false]);
    const steps = play.story.filter((step) => step !== 'discarded' && step !== 'gather');
    expect(steps).toEqual(['forgotten', 'dispatch', 'forgotten', 'dispatch', 'dispatch']);
  });

  it(
    `is paused and resumed ${PAUSES} times, and has no more history than that takes`,
    { timeout: 1_800_000 },
    async () => {
      await begin();
      await until('gather');
      for (let i = 0; i < PAUSES; i++) {
        await runs.pause(runId);
        await runs.resume(runId);
      }
      play.gather = 'ends';
      await runs.pause(runId);
      await runs.resume(runId);
      expect(await runs.result(runId)).toEqual({ runId, outcome: 'done' });
      expect(await historyLength()).toBeLessThan(60 + 45 * (PAUSES + 1));
    },
  );

  it('answers a pause that comes at its very end, one way or the other', async () => {
    let refused = 0;
    for (let afterMs = 0; refused < 3; afterMs += 10) {
      runId = `${runId}x`;
      play = { ...play, gather: 'ends', story: [], dispatched: [] };
      await begin();
      const end = runs.result(runId);
      await delay(afterMs);
      const answers = await Promise.allSettled([runs.pause(runId), runs.resume(runId)]);
      const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'run-missing' });
      refused += refusals.length;
      await runs.resume(runId).catch((error: { code: string }) => expect(error.code).toBe('run-missing'));
      expect(await end).toEqual({ runId, outcome: 'done' });
    }
  });

  it('says what to do when it was paused more often than Temporal allows', { timeout: 600_000 }, async () => {
    await begin();
    const refusal = async (): Promise<unknown> => {
      for (;;) {
        const askings = Array.from({ length: AT_ONCE }, () => runs.resume(runId));
        const answers = await Promise.allSettled(askings);
        const refused = answers.find(({ status }) => status === 'rejected');
        if (refused?.status === 'rejected') return refused.reason;
      }
    };
    expect(await refusal()).toMatchObject({ code: 'usage', hint: expect.stringContaining(`h2g cancel ${runId}`) });
    await runs.cancel(runId);
    await expect(runs.result(runId)).rejects.toMatchObject({ code: 'run-cancelled' });
    play.gather = 'ends';
    await begin();
    expect(await runs.result(runId)).toEqual({ runId, outcome: 'done' });
  });
});
