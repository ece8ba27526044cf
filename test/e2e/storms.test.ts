import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { H2gError } from '../../domain/error.ts';
import type { RunSpec } from '../../domain/run-spec.ts';
import { tilesOfRun, tilesSubject, TILES_STREAM } from '../../domain/subjects.ts';
import { runIdOf } from '../../platform/digest.ts';
import { connectNats } from '../../platform/jetstream/connect-nats.ts';
import { SILENT_LOG } from '../../platform/log.ts';
import type { RunClient, RunProgress } from '../../platform/run-client.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { openSite, storedResults, type LogLine, type Site, type SiteWorker } from './site.ts';

/** How often in a row; a release is tried with twenty and more. */
const TIMES = Number(process.env['H2G_STORM_TIMES'] ?? 3);
/** As many batches as last for a storm: each round lets two or three be done. */
const STORM_BATCHES = { across: 3, down: TIMES + 1 };
const FEW_BATCHES = { across: 2, down: 1 };
const BATCH_PX = 4 * 256;
/** Batches of about half a second. */
const WINDOW_PX = 35;
const STAGES = ['planning', 'detecting', 'refining', 'delivering'];
const ONE_SECOND_MS = 1_000;
const ON_ITS_WAY_MS = 250;

/** A slide in the store, and what its runs leave when nobody disturbs them. */
interface Subject {
  spec: RunSpec;
  readonly undisturbed: Record<string, string>;
}

/** People, or programs, that change their minds faster than a batch takes, with two detectors at work. */
describe('a run in a storm of requests', () => {
  let site: Site;
  let runs: RunClient;
  let large: Subject;
  let small: Subject;
  let orchestrator: SiteWorker;
  let questions = 0;

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: WINDOW_PX }));
    ({ runs } = site);
    [orchestrator] = await Promise.all([site.start('orchestrator'), site.start('detector'), site.start('detector')]);
    [large, small] = await Promise.all([subjectOf('large', STORM_BATCHES), subjectOf('small', FEW_BATCHES)]);
  });

  afterAll(() => site?.[Symbol.asyncDispose]());

  async function subjectOf(name: string, { across, down }: { across: number; down: number }): Promise<Subject> {
    const path = site.path(`${name}.tif`);
    await paintSyntheticSlide({ path, widthPx: across * BATCH_PX, heightPx: down * BATCH_PX, mpp: 1, seed: 5 });
    const spec = await site.specOf(path);
    const runId = runIdOf(spec);
    await runs.start(runId, spec, 'routine');
    await runs.result(runId);
    return { spec, undisturbed: await storedResults(site.store, runId) };
  }

  /** The same slide under another question, whose files are the same. */
  async function begin({ spec, undisturbed }: Subject): Promise<Subject & { runId: string }> {
    const another = { ...spec, options: { ...spec.options, minCoverage: 0.9 - (questions += 1) / 1_000 } };
    const runId = runIdOf(another);
    expect(await runs.start(runId, another, 'routine')).toBe('started');
    return { runId, spec: another, undisturbed };
  }

  const until = (what: string, runId: string, isSo: (progress: RunProgress) => boolean): Promise<RunProgress> =>
    eventually(what, async () => {
      const progress = await runs.progress(runId);
      return isSo(progress) ? progress : undefined;
    });
  const inWork = (runId: string): Promise<unknown> =>
    until('batches in work', runId, ({ cells }) => cells !== undefined && cells.done > 0 && cells.done < cells.total);
  const inStage =
    (stage: string) =>
    (runId: string): Promise<unknown> =>
      until(stage, runId, ({ state }) => state.kind !== 'running' || state.stage === stage);

  const linesOf = async (runId: string, event: string): Promise<LogLine[]> =>
    (await site.lines()).filter((line) => line.runId === runId && line.event === event);

  /** Batches that were computed more than once. */
  async function doneTwice(runId: string): Promise<number[]> {
    const batches = (await linesOf(runId, 'TileBatch:Scored')).map(({ batch }) => batch ?? -1);
    return batches.filter((batch, i) => batches.indexOf(batch) !== i);
  }

  async function expectSame({ runId, undisturbed }: { runId: string } & Subject): Promise<void> {
    expect(await runs.result(runId, { signal: AbortSignal.timeout(90_000) })).toMatchObject({ outcome: 'done' });
    expect(await storedResults(site.store, runId)).toEqual(undisturbed);
    expect(await doneTwice(runId)).toEqual([]);
  }

  /** Batches of the run that a detector started after `sinceMs`, what was on its way just then left out. */
  async function startedSince(runId: string, sinceMs: number): Promise<LogLine[]> {
    const lines = await linesOf(runId, 'TileBatch:Started');
    return lines.filter(({ time }) => Date.parse(time) > sinceMs + ON_ITS_WAY_MS);
  }

  it(`pauses and resumes at once, ${TIMES} times in a row`, async () => {
    const run = await begin(large);
    await inWork(run.runId);
    for (let i = 0; i < TIMES; i++) {
      await runs.pause(run.runId);
      await runs.resume(run.runId);
    }
    await expectSame(run);
  });

  it(`is cancelled and run again at once, ${TIMES} times in a row`, async () => {
    const run = await begin(large);
    await inWork(run.runId);
    for (let i = 0; i < TIMES; i++) {
      await runs.cancel(run.runId);
      expect(await runs.start(run.runId, run.spec, 'routine')).toBe('started');
      await inStage('detecting')(run.runId);
    }
    await expectSame(run);
  });

  it(`is moved to and fro between lanes, ${TIMES} times`, async () => {
    const run = await begin(large);
    await inWork(run.runId);
    for (let i = 0; i < TIMES; i++) await runs.setLane(run.runId, i % 2 === 0 ? 'stat' : 'routine');
    await expectSame(run);
  });

  it('is paused and resumed by two people who know nothing of each other', async () => {
    const run = await begin(large);
    await inWork(run.runId);
    const person = async (): Promise<void> => {
      for (let i = 0; i < TIMES; i++) {
        await runs.pause(run.runId).catch(unlessEnded);
        await delay(Math.random() * 300);
        await runs.resume(run.runId).catch(unlessEnded);
        await delay(Math.random() * 300);
      }
    };
    await Promise.all([person(), person()]);
    await expectSame(run);
  });

  it('stands still when paused, whatever it is at, and ends when resumed', async () => {
    const steered = STAGES.map(async (stage) => {
      const run = await begin(small);
      await inStage(stage)(run.runId);
      await runs.pause(run.runId).catch(unlessEnded);
      await delay(ONE_SECOND_MS);
      await runs.resume(run.runId).catch(unlessEnded);
      await expectSame(run);
    });
    await Promise.all(steered);
  });

  it('ends when cancelled, whatever it is at, and is whole when run again', async () => {
    const steered = STAGES.map(async (stage) => {
      const run = await begin(small);
      await inStage(stage)(run.runId);
      await runs.cancel(run.runId);
      const end = await runs.result(run.runId).catch((error: H2gError) => error.code);
      // It may have been delivered by then.
      expect(['run-cancelled', { runId: run.runId, outcome: 'done' }]).toContainEqual(end);
      await runs.start(run.runId, run.spec, 'routine');
      await expectSame(run);
    });
    await Promise.all(steered);
  });

  it('has no batch started once it is paused, or cancelled', async () => {
    const run = await begin(large);
    await inWork(run.runId);
    await runs.pause(run.runId);
    const pausedAt = Date.now();
    await delay(2 * ONE_SECOND_MS);
    expect(await startedSince(run.runId, pausedAt)).toEqual([]);
    await runs.resume(run.runId);
    await eventually('batches started again', async () =>
      (await startedSince(run.runId, pausedAt)).length > 0 ? true : undefined,
    );
    await runs.cancel(run.runId);
    await expect(runs.result(run.runId)).rejects.toMatchObject({ code: 'run-cancelled' });
    const cancelledAt = Date.now();
    await delay(2 * ONE_SECOND_MS);
    expect(await startedSince(run.runId, cancelledAt)).toEqual([]);
    await runs.start(run.runId, run.spec, 'routine');
    await expectSame(run);
  });

  it('is resumed when its orchestrator was killed in the middle of a pause', async () => {
    const run = await begin(large);
    await inWork(run.runId);
    const other = await site.start('orchestrator');
    const pausing = runs.pause(run.runId);
    await delay(50);
    process.kill(orchestrator.pid, 'SIGKILL');
    orchestrator = other;
    await pausing;
    await runs.resume(run.runId);
    await expectSame(run);
  });

  it('leaves no batch in the queue, not even one that nobody gets any more', async () => {
    const link = await connectNats({ url: site.env['H2G_NATS_URL'] ?? '', name: 'test', log: SILENT_LOG });
    try {
      const { runId } = await begin(large);
      await inWork(runId);
      await link.js.publish(tilesSubject({ lane: 'routine', model: 'nobodys', runId, batch: 9 }));
      expect(await runs.result(runId)).toMatchObject({ outcome: 'done' });
      const { state } = await link.jsm.streams.info(TILES_STREAM, { subjects_filter: tilesOfRun(runId) });
      expect(state.subjects).toBeUndefined();
    } finally {
      await link.close();
    }
  });
});

function unlessEnded(error: unknown): void {
  if (!(error instanceof H2gError) || error.code !== 'run-missing') throw error;
}
