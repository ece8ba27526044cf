import { copyFile, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarantinePrefix } from '../../domain/keys.ts';
import { Quarantine } from '../../domain/quarantine.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { damageTile } from '../fixtures/damage-tile.ts';
import { startRangeServer, type RangeServer } from '../fixtures/range-server.ts';
import { h2g, resultBytes, startH2g, type H2gAnswer } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { eventually } from './mid-run.ts';
import { expectRefusal } from './refusal.ts';

/** On level 1 (1 um/px), where a tile is a cell: so many cells fail. */
const TORN = { column: 10, row: 9 };
const MORE_TORN = [
  { column: 9, row: 10 },
  { column: 12, row: 8 },
];

/** A server whose line spoils some tiles, and is mended later: the slide itself, and so the run, stays the same. */
describe('cells in quarantine', () => {
  let home: Home;
  let store: S3Store;
  let server: RangeServer;
  let undisturbed: Record<string, Buffer>;
  /** One cell of all, and what is asked then: nothing more than the default, or all of the tissue. */
  let done: H2gAnswer;
  let review: H2gAnswer;

  const url = (): string => server.url('slide.tif').href;
  const run = (out: string, ...more: string[]): Promise<H2gAnswer> =>
    h2g(['run', url(), '--out', home.path(out), '--json', ...more], home.env);
  const quarantine = (...args: string[]): Promise<H2gAnswer> => h2g(['quarantine', ...args], home.env);
  const listed = async (runId: string): Promise<Quarantine> =>
    Quarantine.parse((await quarantine('list', runId, '--json')).json());
  const spoil = async (name: string): Promise<void> => {
    server.spoilt.set('slide.tif', await readFile(home.path(name)));
  };

  beforeAll(async () => {
    home = await newHome();
    server = await startRangeServer();
    await paintSyntheticSlide({ path: home.path('slide.tif'), widthPx: 10_240, heightPx: 9216, mpp: 0.5, seed: 5 });
    for (const name of ['one.tif', 'three.tif']) {
      await copyFile(home.path('slide.tif'), home.path(name));
      await damageTile(home.path(name), { level: 1, ...TORN });
    }
    for (const place of MORE_TORN) await damageTile(home.path('three.tif'), { level: 1, ...place });
    server.files.set('slide.tif', await readFile(home.path('slide.tif')));
    store = createS3Store(await storeOf(home));
    const whole = await h2g(['run', home.path('slide.tif'), '--out', home.path('whole'), '--json'], home.env);
    expect(whole.exitCode, whole.stderr).toBe(0);
    undisturbed = await resultBytes(home.path('whole', 'slide'));
  });
  afterAll(async () => {
    store?.close();
    await server?.close();
    await home?.[Symbol.asyncDispose]();
  });

  it('a run that misses less than one cell in a hundred is done, and warns', async () => {
    await spoil('one.tif');
    done = await run('done');
    expect(done.exitCode, done.stderr).toBe(0);
    const { outcome, cells, coverage, warnings, failedCells, runId } = done.report();
    expect({ outcome, failed: cells.failed }).toEqual({ outcome: 'done', failed: 1 });
    expect(coverage).toBeGreaterThan(0.99);
    expect(coverage).toBeLessThan(1);
    expect(warnings).toEqual([
      { code: 'cells-failed', message: expect.stringMatching(/^1 of \d+ tissue cells.*not below the 99 % asked for/) },
    ]);
    expect(failedCells).toEqual({
      reasons: [{ cells: 1, reason: expect.stringContaining('damaged tile') }],
      quarantine: `runs/${runId}/quarantine/quarantine.json`,
    });
    expect(done.stderr).toMatch(
      /slide\.tif: done[\s\S]*1 FAILED[\s\S]*1 cell: .*damaged tile[\s\S]*h2g quarantine list/,
    );
  });

  it('one that misses more of what is asked for needs review', async () => {
    await spoil('three.tif');
    review = await run('review', '--min-coverage', '1', '--submitter', 'frozen sections');
    expect(review.exitCode, review.stderr).toBe(4);
    const { outcome, cells, warnings, failedCells } = review.report();
    expect({ outcome, failed: cells.failed }).toEqual({ outcome: 'needs-review', failed: 3 });
    expect(warnings[0]?.message).toMatch(/below the 100 % asked for/);
    expect(failedCells?.reasons).toHaveLength(3);
  });

  it('are listed by run and by cell, with the bytes that came', async () => {
    const all = (await quarantine('list', '--json')).json() as { quarantines: { runId: string; cells: number }[] };
    expect(all.quarantines.map(({ runId, cells }) => [runId, cells])).toEqual([
      [review.report().runId, 3],
      [done.report().runId, 1],
    ]);
    const { runId } = done.report();
    const [cell] = (await listed(runId)).cells;
    expect(cell).toMatchObject({
      cell: [TORN.column, TORN.row],
      attempts: 4,
      level: 1,
      rectangle: { x: TORN.column * 512, y: TORN.row * 512, widthPx: 512, heightPx: 512 },
      reason: expect.stringContaining('damaged tile'),
      file: '10-9.tiles',
    });
    const [tile] = cell?.tiles ?? [];
    const came = (await readFile(home.path('one.tif'))).subarray(
      tile?.offset,
      (tile?.offset ?? 0) + (tile?.length ?? 0),
    );
    // The quarantine is written from what the line gives then: by the time of the second run three tiles are spoilt, this one the same.
    expect(Buffer.from(await store.get(`${quarantinePrefix(runId)}10-9.tiles`))).toEqual(came);
    const text = (await quarantine('list', runId.slice(0, 8))).stdout;
    expect(text).toMatch(/CELL +BATCH +TRIES[\s\S]*10,9 .*damaged tile[\s\S]*h2g quarantine replay/);
  });

  it('are tried again in vain while nothing is mended, and nothing changes', async () => {
    const { runId } = review.report();
    const before = await h2g(['results', runId, '--out', home.path('before')], home.env);
    expect(before.exitCode, before.stderr).toBe(4);
    const answer = await quarantine('replay', runId, '--json');
    expect(answer.exitCode, answer.stderr).toBe(4);
    expect(answer.json()).toMatchObject({ outcome: 'needs-review', replay: { replayed: 3, analysed: 0, left: 3 } });
    expect((await listed(runId)).cells.map(({ attempts }) => attempts)).toEqual([8, 8, 8]);
    const status = await h2g(['status', runId, '--json'], home.env);
    expect(status.json()).toMatchObject({ submitter: 'frozen sections', cells: { failed: 3 } });
    await h2g(['results', runId, '--out', home.path('after')], home.env);
    expect(await resultBytes(home.path('after', 'slide'))).toEqual(await resultBytes(home.path('before', 'slide')));
  });

  it('leave it as they are mended, one by one', async () => {
    const { runId } = review.report();
    await spoil('one.tif');
    const answer = await quarantine('replay', runId, '--json');
    expect(answer.exitCode, answer.stderr).toBe(4);
    expect(answer.json()).toMatchObject({ replay: { replayed: 3, analysed: 2, left: 1 }, cells: { failed: 1 } });
    expect(answer.stderr).toContain('Of 3 failed cells 2 are analysed now; 1 stays in quarantine.');
    expect((await listed(runId)).cells.map(({ cell, attempts }) => [cell, attempts])).toEqual([
      [[TORN.column, TORN.row], 12],
    ]);
    const kept = (await store.list(quarantinePrefix(runId))).map(({ key }) => key.split('/').at(-1) ?? '');
    expect(kept.toSorted()).toEqual(['10-9.tiles', 'quarantine.json']);
  });

  it('once all are mended the results are those of an undisturbed run; meanwhile no second replay is let in', async () => {
    const { runId } = done.report();
    server.spoilt.clear();
    const held: ServerResponse[] = [];
    server.intercept = (_, response) => {
      held.push(response);
      return true;
    };
    const replaying = startH2g(['quarantine', 'replay', runId, '--json'], home.env);
    await eventually('a replay that waits for the slide', async () => (held.length > 0 ? true : undefined));
    expectRefusal(await quarantine('replay', runId, '--json'), {
      exitCode: 2,
      code: 'usage',
      says: /is under way, so its failed cells cannot be tried again yet/,
    });
    server.intercept = () => false;
    for (const response of held) response.destroy();
    const answer = await replaying.ended;
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.json()).toMatchObject({
      outcome: 'done',
      coverage: 1,
      warnings: [],
      failedCells: { reasons: [], quarantine: null },
      replay: { replayed: 1, analysed: 1, left: 0 },
    });
    expect(await store.list(quarantinePrefix(runId))).toEqual([]);
    await h2g(['results', runId, '--out', home.path('mended')], home.env);
    expect(await resultBytes(home.path('mended', 'slide'))).toEqual(undisturbed);
    const all = (await quarantine('list', '--json')).json() as { quarantines: { runId: string }[] };
    expect(all.quarantines.map((each) => each.runId)).toEqual([review.report().runId]);
    expectRefusal(await quarantine('replay', runId, '--json'), {
      exitCode: 2,
      code: 'run-missing',
      says: /has failed cells in quarantine/,
    });
  });
});
