import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { workflowIdOf } from '../../../domain/segment-slide.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { connectTemporal, type TemporalLink } from '../../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import { stepPlaces } from '../../../workers/orchestrator/step-places.ts';
import { startTinySteps, type TinySteps } from '../../fixtures/tiny-steps.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const SPEC: RunSpec = {
  slide: { url: 's3://h2g/slides/slide.svs', name: 'slide.svs', sizeBytes: 10, version: 'etag' },
  bundle: { id: 'baseline', version: '1', digest: 'abcdef', url: 's3://h2g/bundles/baseline/' },
  options: DEFAULT_OPTIONS,
};

/** The real workflow on a real Temporal, with steps that only take time: who goes before whom in every queue. */
describe('lanes and submitters', () => {
  let server: RealServer<{ grpc: string }>;
  let link: TemporalLink;
  let runs: RunClient;
  let steps: TinySteps | undefined;

  // A server for each, as what one leaves in its queues would be done beside the next.
  beforeEach(async () => {
    server = await realServer('temporal');
    link = await connectTemporal({ address: server.address.grpc, namespace: 'default' });
    runs = createTemporalRunClient(link);
  });
  afterEach(async () => {
    await runs?.close();
    await steps?.stop();
    await server?.stop();
  });

  const begin = async (options: {
    detectingRuns: number;
    takesMs: Parameters<typeof startTinySteps>[0]['takesMs'];
  }) => {
    const places = stepPlaces({ cores: 2, detectingRuns: options.detectingRuns });
    steps = await startTinySteps({ address: server.address.grpc, places, takesMs: options.takesMs });
    return steps;
  };
  /** Its step is in a queue, and no worker has taken it. */
  const waitsInQueue = async (runId: string): Promise<boolean> => {
    const { raw } = await link.client.workflow.getHandle(workflowIdOf(runId)).describe();
    return raw.pendingActivities?.length === 1 && raw.pendingActivities[0]?.lastStartedTime === null;
  };
  const idsOf = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}-${i}`);
  const gathered = ({ begun }: TinySteps): string[] =>
    begun.filter(({ step }) => step === 'gatherHeatmap').map(({ runId }) => runId);

  it('a submitter with three slides is served among the next, though another has forty in the queue', async () => {
    const tiny = await begin({ detectingRuns: 1, takesMs: { gatherHeatmap: 250 } });
    for (const id of idsOf('big', 40)) await runs.start(id, SPEC, 'routine', { submitter: 'big' });
    await vi.waitFor(() => expect(gathered(tiny).length).toBeGreaterThan(3), 30_000);
    const small = idsOf('small', 3);
    for (const id of small) await runs.start(id, SPEC, 'routine', { submitter: 'small' });
    const before = gathered(tiny).length;
    await Promise.all(small.map((id) => runs.result(id)));
    const order = gathered(tiny);
    const served = small.map((id) => order.indexOf(id) - before);
    expect(Math.max(...served), `places after they came: ${served.join(', ')}`).toBeLessThan(14);
    expect(order.length).toBeLessThan(35);
    expect((await runs.progress(small[0] ?? '')).submitter).toBe('small');
  });

  it('what has begun goes first: few more are dispatched than are gathered, and results do not wait for plans', async () => {
    const tiny = await begin({ detectingRuns: 2, takesMs: { planRun: 300, gatherHeatmap: 50 } });
    for (const id of idsOf('run', 30)) await runs.start(id, SPEC, 'routine');
    await vi.waitFor(() => expect(gathered(tiny).length).toBeGreaterThan(10), 30_000);
    let waiting = 0;
    let most = 0;
    for (const { step } of tiny.begun) {
      if (step === 'dispatchTiles') waiting += 1;
      if (step === 'gatherHeatmap') waiting -= 1;
      most = Math.max(most, waiting);
    }
    expect(most).toBeLessThanOrEqual(4);
    const firstDelivery = tiny.begun.findIndex(({ step }) => step === 'deliverResults');
    const planned = tiny.begun.slice(0, firstDelivery).filter(({ step }) => step === 'planRun').length;
    expect(planned).toBeLessThan(20);
  });

  it('no step of a STAT slide waits behind five hundred routine ones; set-lane takes one out of their queue', async () => {
    const tiny = await begin({ detectingRuns: 16, takesMs: { planRun: 300, gatherHeatmap: 1_000, refineMask: 300 } });
    const routine = idsOf('routine', 500);
    for (let at = 0; at < routine.length; at += 25)
      await Promise.all(routine.slice(at, at + 25).map((id) => runs.start(id, SPEC, 'routine')));
    await vi.waitFor(() => expect(gathered(tiny).length).toBeGreaterThan(0), 20_000);

    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const startedMs = performance.now();
      await work();
      return (performance.now() - startedMs) / 1000;
    };
    const [urgent = ''] = idsOf('stat', 1);
    // Its own steps take 1.6 s, the queue of the routine ones over a minute; what lies between is a loaded machine's.
    const mostSeconds = 25;
    const stat = await timed(async () => {
      await runs.start(urgent, SPEC, 'stat');
      await runs.result(urgent);
    });
    expect(stat).toBeLessThan(mostSeconds);

    const last = routine.at(-1) ?? '';
    await vi.waitFor(async () => expect(await waitsInQueue(last)).toBe(true), 30_000);
    const moved = await timed(async () => {
      await runs.setLane(last, 'stat');
      await runs.result(last);
    });
    expect(moved).toBeLessThan(mostSeconds);
    const planned = tiny.begun.filter(({ step }) => step === 'planRun').length;
    expect(planned, 'the queue was not long enough to prove anything').toBeLessThan(400);
  });

  it('a run that waits for a place says how long, once enough have ended to know: as long as it takes then', async () => {
    await begin({ detectingRuns: 1, takesMs: { gatherHeatmap: 600 } });
    const early = idsOf('early', 4);
    for (const id of early) await runs.start(id, SPEC, 'research');
    await Promise.all(early.map((id) => runs.result(id)));
    // While there is nothing to do nobody learns how fast things go.
    await delay(8_000);
    const ids = idsOf('run', 16);
    for (const id of ids) await runs.start(id, SPEC, 'research');
    const etas = await vi.waitFor(async () => {
      const told = await Promise.all(ids.map((id) => runs.progress(id)));
      const waiting = told.filter(({ state }) => state.kind === 'running' && state.stage === 'waiting');
      expect(waiting.length).toBeGreaterThan(ids.length / 2);
      return waiting.map(({ etaSeconds }) => etaSeconds ?? expect.fail('it cannot say how long'));
    }, 10_000);
    const askedAtMs = performance.now();
    await Promise.all(ids.map((id) => runs.result(id)));
    const tookSeconds = (performance.now() - askedAtMs) / 1000;
    // In the order in which they came.
    expect(etas[0]).toBeLessThan((etas.at(-1) ?? 0) / 1.5);
    expect(etas.at(-1), `of ${tookSeconds} s`).toBeGreaterThan(tookSeconds / 3);
    expect(etas.at(-1), `of ${tookSeconds} s`).toBeLessThan(tookSeconds * 3);
  });
});
