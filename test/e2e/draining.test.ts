import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../domain/run-spec.ts';
import { HANDED_OVER } from '../../domain/segment-slide.ts';
import { runIdOf } from '../../platform/digest.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { openSite, storedResults, type LogLine, type Site, type SiteWorker } from './site.ts';

/** A kubelet's patience. */
const GRACE_MS = 30_000;
/** Batches of one to two seconds. */
const WINDOW_PX = 35;

/** Workers that are asked to stop in mid-run, while another of their kind goes on. */
describe('a worker that is asked to stop', () => {
  let site: Site;
  let orchestrator: SiteWorker;
  /** Those that came after it. */
  const orchestrators: SiteWorker[] = [];
  let spec: RunSpec;
  let undisturbed: Record<string, string>;
  let questions = 0;

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: WINDOW_PX }));
    const path = site.path('slide.tif');
    await paintSyntheticSlide({ path, widthPx: 4 * 1024, heightPx: 4 * 1024, mpp: 1, seed: 5 });
    spec = await site.specOf(path);
    [orchestrator] = await Promise.all([site.start('orchestrator'), site.start('detector')]);
    const runId = await begin();
    await site.runs.result(runId);
    undisturbed = await storedResults(site.store, runId);
  });

  afterAll(() => site?.[Symbol.asyncDispose]());

  /** The same slide under another question, whose files are the same. */
  async function begin(): Promise<string> {
    const another = { ...spec, options: { ...spec.options, minCoverage: 0.9 - (questions += 1) / 1_000 } };
    const runId = runIdOf(another);
    await site.runs.start(runId, another, 'routine');
    return runId;
  }

  const linesOf = async (from: Pick<Site, 'lines'>, runId: string, event: string): Promise<LogLine[]> =>
    (await from.lines()).filter((line) => line.runId === runId && line.event === event);

  const isAtWork = (worker: SiteWorker, runId: string): Promise<unknown> =>
    eventually('a batch of it in work and one ahead', async () => {
      const events = ['TileLease:Taken', 'TileLease:Ended', 'TileBatch:Scored'];
      const lines = await Promise.all(events.map((event) => linesOf(worker, runId, event)));
      const [taken = 0, ended = 0, scored = 0] = lines.map(({ length }) => length);
      return taken - ended === 2 && scored > 0 ? true : undefined;
    });

  async function expectSame(runId: string): Promise<void> {
    expect(await site.runs.result(runId, { signal: AbortSignal.timeout(90_000) })).toMatchObject({ outcome: 'done' });
    expect(await storedResults(site.store, runId)).toEqual(undisturbed);
    const batches = (await linesOf(site, runId, 'TileBatch:Scored')).map(({ batch }) => batch ?? -1);
    expect(batches.filter((batch, i) => batches.indexOf(batch) !== i)).toEqual([]);
  }

  it('ends the batch in work, hands back the one ahead at once, and is gone with 0', async () => {
    const leaving = await site.start('detector');
    const runId = await begin();
    await isAtWork(leaving, runId);
    const askedAt = Date.now();
    process.kill(leaving.pid, 'SIGTERM');
    expect(await leaving.exited).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAt).toBeLessThan(GRACE_MS);
    const lines = (await leaving.lines()).filter(({ time }) => Date.parse(time) >= askedAt);
    const handedBack = lines.find(({ event, how }) => event === 'TileLease:Ended' && how === 'handed-back');
    expect(handedBack).toBeDefined();
    expect(lines.filter(({ event }) => event === 'TileBatch:Started')).toEqual([]);
    await expectSame(runId);
  });

  it('hands its steps over to another, and is gone with 0', async () => {
    const runId = await begin();
    await eventually('cells done', async () =>
      ((await site.runs.progress(runId)).cells?.done ?? 0) > 0 ? true : undefined,
    );
    orchestrators.push(await site.start('orchestrator'));
    const askedAt = Date.now();
    process.kill(orchestrator.pid, 'SIGTERM');
    const { lastFailure } = await eventually('another gathers', async () => {
      const gathering = await site.gathering(runId);
      return gathering.attempt > 1 && gathering.isStarted ? gathering : undefined;
    });
    // Not a heartbeat that was missed.
    expect(lastFailure).toBe(HANDED_OVER);
    expect((await site.runs.progress(runId)).trouble).toBeUndefined();
    expect(await orchestrator.exited).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAt).toBeLessThan(GRACE_MS);
    await expectSame(runId);
  });

  it('is gone with 0 in its grace time also while Temporal is away, and nothing is lost', async () => {
    const leaving = await site.start('orchestrator');
    // So that what is in hand is in its hands.
    for (const worker of orchestrators.splice(0)) {
      process.kill(worker.pid, 'SIGTERM');
      await worker.exited;
    }
    const runId = await begin();
    await eventually('cells done', async () =>
      ((await site.runs.progress(runId)).cells?.done ?? 0) > 0 ? true : undefined,
    );
    process.kill(site.temporalPid, 'SIGSTOP');
    try {
      const askedAt = Date.now();
      process.kill(leaving.pid, 'SIGTERM');
      expect(await leaving.exited).toEqual({ code: 0, signal: null });
      expect(Date.now() - askedAt).toBeLessThan(GRACE_MS);
    } finally {
      process.kill(site.temporalPid, 'SIGCONT');
    }
    orchestrators.push(await site.start('orchestrator'));
    await expectSame(runId);
  });

  it('is gone at once when asked a second time', async () => {
    const leaving = await site.start('detector');
    const runId = await begin();
    await isAtWork(leaving, runId);
    process.kill(leaving.pid, 'SIGTERM');
    await delay(100);
    process.kill(leaving.pid, 'SIGTERM');
    // It drains no more, else it ended with 0.
    expect(await leaving.exited).toEqual({ code: null, signal: 'SIGTERM' });
    await site.runs.cancel(runId);
  });
});
