import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDispatchTiles } from '../../../activities/dispatch-tiles.ts';
import { createGatherHeatmap } from '../../../activities/gather-heatmap.ts';
import { encodeJson } from '../../../activities/load-plan.ts';
import { modelOf } from '../../../activities/make-batches.ts';
import type { Pulse } from '../../../activities/pulse.ts';
import { Gathered } from '../../../domain/gathered.ts';
import { planKey, quarantineKey, quarantinePrefix, RESULT_FILES, resultKey, scoresKey } from '../../../domain/keys.ts';
import type { Scores, TileBatch } from '../../../domain/messages.ts';
import type { Plan } from '../../../domain/plan.ts';
import { Quarantine } from '../../../domain/quarantine.ts';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { TILES_STREAM } from '../../../domain/subjects.ts';
import type { TileQueue } from '../../../domain/tile-queue.ts';
import { connectNats, type NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { hearHaltedRuns } from '../../../platform/jetstream/halted-runs.ts';
import { publishScores } from '../../../platform/jetstream/publish-scores.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { createTileSource } from '../../../platform/jetstream/tile-source.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { createS3Store, type S3Store } from '../../../platform/s3/s3-store.ts';
import { createResultTools } from '../../../workers/orchestrator/result-tools.ts';
import { realServer, type RealServer } from '../../real-servers.ts';
import { planOfOneSlide } from '../../unit/domain/plan-of-one-slide.ts';

const log = SILENT_LOG;
const NEVER = new AbortController().signal;

type Answer = (batch: TileBatch) => Scores;

/** Dispatching and gathering over a real broker and a real store, with a detector whose answers the test decides. */
describe('dispatching and gathering', () => {
  let nats: RealServer<{ url: string }>;
  let s3: Awaited<ReturnType<typeof realServer<'versitygw'>>>;
  let link: NatsLink;
  let store: S3Store;
  let queue: TileQueue;
  let runs = 0;
  let plan: Plan;
  let spec: RunSpec;

  beforeAll(async () => {
    [nats, s3] = await Promise.all([realServer('nats'), realServer('versitygw')]);
    link = await connectNats({ url: nats.address.url, name: 'test', log });
    store = createS3Store(s3.address);
    queue = createTileQueue(link, { log });
  });

  afterAll(async () => {
    store?.close();
    await link?.close();
    await Promise.all([nats?.stop(), s3?.stop()]);
  });

  /** Six batches of one cell each. */
  beforeEach(async () => {
    const one = planOfOneSlide();
    plan = { ...one, runId: `run${(runs += 1)}`, batches: one.batches.flat().map((cell) => [cell]) };
    spec = {
      slide: { url: plan.slide.url, name: 'slide.svs', sizeBytes: 1, version: 'v1' },
      bundle: { id: `model${runs}`, version: '1', digest: 'a'.repeat(64), url: 'file:///bundle/' },
      options: DEFAULT_OPTIONS,
    };
    await store.put(planKey(plan.runId), encodeJson(plan));
  });

  const pulse = (signal: AbortSignal = NEVER): Pulse => ({ signal, report: () => {} });
  /** The slide of these runs does not exist. */
  const noSlide = { readStoredTiles: () => Promise.reject(new Error('no such slide')) };
  const gatherTools = () => ({ store, queue, results: createResultTools(), slides: noSlide });
  const run = () => ({ runId: plan.runId, spec, lane: 'routine' as const });
  const dispatch = ({ anew = false, forgotten = false } = {}) =>
    createDispatchTiles({ store, queue })({ ...run(), afterPurge: false, anew, forgotten }, pulse());
  const gather = (signal?: AbortSignal) => createGatherHeatmap(gatherTools())(run(), pulse(signal));

  const scored = ({ runId, batch, cells }: TileBatch): Scores => ({
    kind: 'scored',
    runId,
    batch,
    worker: 'w',
    scores: cells.map(() => (batch + 1) / 8),
    failed: [],
    provider: 'cpu',
    seconds: 0,
    bytes: { needed: 1, read: 1 },
  });

  /** Takes batches and answers them until the test is over; what it saw is told. */
  async function detecting<T>(answer: Answer, work: (seen: TileBatch[]) => Promise<T>): Promise<T> {
    const end = new AbortController();
    const halted = hearHaltedRuns(link.nc, log);
    const source = createTileSource(link, { models: [modelOf(spec)], halted, log });
    const seen: TileBatch[] = [];
    const serve = async (): Promise<void> => {
      for (;;) {
        const lease = await source.next(end.signal);
        seen.push(lease.batch);
        await publishScores(link, answer(lease.batch), { signal: NEVER, log });
        await lease.done();
      }
    };
    const serving = serve().catch((error: unknown) => {
      if (!end.signal.aborted) throw error;
    });
    try {
      return await work(seen);
    } finally {
      end.abort();
      await serving;
      source.close();
      halted.close();
    }
  }

  it('does every batch once, stores the heatmap, and gathering again answers from it', async () => {
    await detecting(scored, async (seen) => {
      expect(await dispatch()).toEqual({ published: 6, scored: 0 });
      expect(await gather()).toEqual({ analysed: 6, failed: 0 });
      expect(seen).toHaveLength(6);
      expect(new Set(seen.map(({ batch }) => batch))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    });
    expect(await store.head(resultKey(plan.runId, RESULT_FILES.heatmap))).toBeDefined();
    expect(await gather()).toEqual({ analysed: 6, failed: 0 });
  });

  it('leaves the words in the stream, as another may gather the same run', async () => {
    await detecting(scored, async (seen) => {
      await dispatch();
      // One stood still, and the other took over.
      await Promise.all([gather(), gather()]);
      await store.delete(scoresKey(plan.runId));
      expect(await dispatch()).toEqual({ published: 0, scored: 6 });
      expect(await gather()).toEqual({ analysed: 6, failed: 0 });
      expect(seen).toHaveLength(6);
    });
  });

  it('dispatches again only what has no scores', async () => {
    await dispatch();
    expect(await dispatch()).toEqual({ published: 0, scored: 0 });
    await publishScores(link, scored({ ...messageOf(2), runId: plan.runId }), { signal: NEVER, log });
    await queue.purgeRun(plan.runId);
    expect(await dispatch()).toEqual({ published: 5, scored: 1 });
  });

  it('tries a batch three times as a whole, then cell by cell, and a cell that fails is a failed cell', async () => {
    const failing: Answer = (message) => {
      const { runId, batch, attempt, mode, cells } = message;
      if (batch !== 3) return scored(message);
      if (mode === 'whole') return { kind: 'attempt-failed', runId, batch, worker: 'w', attempt, reason: 'torn tile' };
      const failed = cells.map((cell) => ({ cell, reason: 'torn tile', attempts: 4 }));
      return { ...(scored(message) as Extract<Scores, { kind: 'scored' }>), scores: [null], failed };
    };
    await detecting(failing, async (seen) => {
      await dispatch();
      expect(await gather()).toEqual({ analysed: 5, failed: 1 });
      const tries = seen.filter(({ batch }) => batch === 3).map(({ attempt, mode }) => `${attempt} ${mode}`);
      expect(tries).toEqual(['0 whole', '1 whole', '2 whole', '3 cells']);
    });
  });

  it('replays failed cells alone: their batches are done again, all other scores stay', async () => {
    const lost = ({ cells }: TileBatch) => cells.map((cell) => ({ cell, reason: 'torn tile', attempts: 4 }));
    let mended = new Set([0, 1, 4, 5]);
    const answer: Answer = (message) =>
      mended.has(message.batch)
        ? scored(message)
        : ({ ...scored(message), scores: [null], failed: lost(message) } as Scores);
    const dispatchAgain = () =>
      createDispatchTiles({ store, queue })({ ...run(), afterPurge: true, anew: false, replay: true }, pulse());
    const gatherAgain = () => createGatherHeatmap(gatherTools())({ ...run(), replay: true }, pulse());
    const report = resultKey(plan.runId, RESULT_FILES.report);
    // As refinement begins with.
    const forgetWords = (): Promise<void> => queue.purgeScores(plan.runId);
    await detecting(answer, async (seen) => {
      await dispatch();
      expect(await gather()).toEqual({ analysed: 4, failed: 2 });
      await forgetWords();
      await store.put(report, encodeJson({}));
      expect(await dispatch()).toEqual({ published: 0, scored: 6 });

      seen.length = 0;
      expect(await dispatchAgain()).toEqual({ published: 2, scored: 4 });
      expect(await gatherAgain()).toEqual({ analysed: 4, failed: 2 });
      expect(seen).toHaveLength(2);
      expect(new Set(seen.map(({ batch }) => batch))).toEqual(new Set([2, 3]));
      expect(await store.head(report), 'nothing is mended, so the old report is true').toBeDefined();
      const { cells } = await readQuarantine();
      expect(cells.map(({ batch, attempts }) => [batch, attempts])).toEqual([
        [2, 8],
        [3, 8],
      ]);

      await forgetWords();
      mended = new Set([2]);
      await dispatchAgain();
      expect(await gatherAgain()).toEqual({ analysed: 5, failed: 1 });
      expect(await store.head(report)).toBeUndefined();
      expect((await readQuarantine()).cells.map(({ batch }) => batch)).toEqual([3]);

      await forgetWords();
      mended = new Set([3]);
      await dispatchAgain();
      expect(await gatherAgain()).toEqual({ analysed: 6, failed: 0 });
      expect(await store.list(quarantinePrefix(plan.runId))).toEqual([]);
      const { batches } = Gathered.parse(JSON.parse(Buffer.from(await store.get(scoresKey(plan.runId))).toString()));
      expect(batches.flat()).toEqual([1, 2, 3, 4, 5, 6].map((n) => n / 8));
    });
  });
  const readQuarantine = async (): Promise<Quarantine> =>
    Quarantine.parse(JSON.parse(Buffer.from(await store.get(quarantineKey(plan.runId))).toString()));

  it('publishes again what was lost, also with the whole stream', async () => {
    await dispatch();
    const gathering = gather();
    await link.jsm.streams.delete(TILES_STREAM);
    await detecting(scored, async () => {
      expect(await gathering).toEqual({ analysed: 6, failed: 0 });
    });
  });

  it('ends the run with the error that no batch of it can escape', async () => {
    const error = { code: 'slide-changed', message: 'replaced', hint: 'start again' };
    await detecting(
      ({ runId, batch }) => ({ kind: 'run-failed', runId, batch, worker: 'w', error }),
      async () => {
        await dispatch();
        await expect(gather()).rejects.toMatchObject(error);
      },
    );
    // What failed once may be mended: the next start tries all of it again.
    await queue.purgeRun(plan.runId);
    await detecting(scored, async () => {
      expect(await dispatch()).toEqual({ published: 6, scored: 0 });
      expect(await gather()).toEqual({ analysed: 6, failed: 0 });
    });
  });

  it('uses no score of an earlier try when asked to begin anew', async () => {
    await dispatch();
    for (const batch of [0, 1]) await publishScores(link, scored(messageOf(batch)), { signal: NEVER, log });
    await queue.purgeRun(plan.runId);
    expect(await dispatch({ anew: true })).toEqual({ published: 6, scored: 0 });
  });

  it('takes no score of this try when it is dispatched once more because its answer was lost', async () => {
    await dispatch();
    await publishScores(link, scored(messageOf(0)), { signal: NEVER, log });
    await queue.purgeRun(plan.runId);
    await queue.purgeScores(plan.runId);
    expect(await dispatch({ anew: true, forgotten: true })).toEqual({ published: 6, scored: 0 });
    for (const batch of [2, 3]) await publishScores(link, scored(messageOf(batch)), { signal: NEVER, log });
    await queue.purgeRun(plan.runId);
    expect(await dispatch({ anew: true, forgotten: true })).toEqual({ published: 4, scored: 2 });
  });

  it('says what stands in the way of a batch until another is scored', async () => {
    const troubles: (string | undefined)[] = [];
    const stop = new AbortController();
    const reporting = {
      signal: stop.signal,
      report: ({ trouble }: { trouble?: string | undefined }) => void troubles.push(trouble),
    };
    await dispatch();
    const { batch, runId } = messageOf(0);
    await publishScores(
      link,
      { kind: 'delayed', runId, batch, worker: 'w', reason: 'the store is away' },
      { signal: NEVER, log },
    );
    const gathering = createGatherHeatmap(gatherTools())(run(), reporting);
    await expect.poll(() => troubles.at(-1), { timeout: 10_000 }).toBe('the store is away');
    await publishScores(link, scored(messageOf(1)), { signal: NEVER, log });
    await expect.poll(() => troubles.at(-1), { timeout: 10_000 }).toBeUndefined();
    stop.abort(new Error('over'));
    await expect(gathering).rejects.toThrow('over');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const gathering = gather(stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(gathering).rejects.toThrow('cancelled');
  });

  const messageOf = (batch: number): TileBatch => ({
    runId: plan.runId,
    batch,
    attempt: 0,
    mode: 'whole',
    slide: { url: plan.slide.url, version: 'v1' },
    bundle: spec.bundle,
    level: 0,
    cellPx: 256,
    cells: plan.batches[batch] ?? [],
  });
});
