import { copyFile, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEGMENT_SLIDE } from '../../domain/segment-slide.ts';
import type { CohortClient, CohortProgress } from '../../platform/cohort-client.ts';
import { connectTemporal, type TemporalLink } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalCohortClient } from '../../platform/temporal/temporal-cohort-client.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { damageTile } from '../fixtures/damage-tile.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, resultBytes, startH2g, type H2gAnswer } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { eventually, readyStack } from './mid-run.ts';

/** Several slides at once, as the built program runs them on a real stack. */
describe('a cohort', () => {
  let home: Home;
  let store: S3Store;
  let link: TemporalLink;
  let cohorts: CohortClient;

  beforeAll(async () => {
    home = await newHome();
    await mkdir(home.path('scans'));
    for (const [index, name] of ['a.tif', 'b.tif', 'Präparat, 3.tif'].entries())
      await paintSyntheticSlide({
        path: home.path('scans', name),
        widthPx: 2000,
        heightPx: 1600,
        mpp: 0.5,
        seed: 20 + index,
      });
    await writeFile(home.path('scans', 'broken.svs'), 'no slide at all');
    store = createS3Store(await storeOf(home));
    const { addresses } = await readyStack(home);
    link = await connectTemporal({ address: addresses.temporal, namespace: 'default' });
    cohorts = createTemporalCohortClient(link);
  });

  afterAll(async () => {
    store?.close();
    await link?.close();
    await home?.[Symbol.asyncDispose]();
  });

  const run = (...args: string[]): Promise<H2gAnswer> => h2g(['run', ...args, '--json'], home.env);
  const cohort = (...args: string[]): Promise<H2gAnswer> => h2g(['cohort', ...args, '--json'], home.env);
  const idOf = (answer: H2gAnswer): string => String(answer.json()['cohort']);

  async function runExecutions(): Promise<number> {
    let count = 0;
    const query = `WorkflowType = '${SEGMENT_SLIDE}'`;
    for await (const execution of link.client.workflow.list({ query })) if (execution.workflowId !== '') count += 1;
    return count;
  }

  const twoUnderWay = (): Promise<CohortProgress> =>
    eventually('a cohort with two runs under way', async () => {
      const [newest] = await cohorts.list(1);
      return newest?.state.kind === 'running' && newest.running.length === 2 ? newest : undefined;
    });

  it('of a folder runs every slide; a broken one stops none, and is told of', async () => {
    const answer = await run(home.path('scans'), '--out', home.path('folder'));
    expect(answer.exitCode, answer.stderr).toBe(2);
    expect(answer.json()['runs']).toMatchObject([
      { outcome: 'done', slide: { name: 'Präparat, 3.tif' } },
      { outcome: 'done', slide: { name: 'a.tif' } },
      { outcome: 'done', slide: { name: 'b.tif' } },
      { slide: 'broken.svs', error: { code: 'slide-unreadable' } },
    ]);
    for (const name of ['a', 'b', 'Präparat, 3'])
      expect(Object.keys(await resultBytes(home.path('folder', name)))).toContain('mask.tif');
    const status = await cohort('status', idOf(answer).slice(0, 6));
    expect(status.json()).toMatchObject({
      cohortId: idOf(answer),
      state: { kind: 'finished' },
      total: 4,
      counts: { done: 3, refused: 1, failed: 0 },
      lacking: [{ outcome: 'refused', error: { code: 'slide-unreadable' } }],
    });
    const list = (await cohort('list')).json()['cohorts'];
    expect(list).toMatchObject([{ cohortId: idOf(answer), label: home.path('scans') }]);
  });

  it('that is finished is shown at once, and nothing is run again', async () => {
    const before = await runExecutions();
    const answer = await run(home.path('scans'), '--out', home.path('again'));
    expect(answer.exitCode).toBe(2);
    expect(answer.stderr).toContain('finished already');
    expect(await resultBytes(home.path('again', 'a'))).toEqual(await resultBytes(home.path('folder', 'a')));
    expect(await runExecutions()).toBe(before);
  });

  it('of a list keeps its columns; a bad line is an error with its number', async () => {
    const list = [
      'slide;case;lane;mpp',
      'scans/a.tif;=HYPERLINK("x");stat;',
      'scans/gone.tif;P-2;;',
      'scans/Präparat, 3.tif;P-3;;0.4',
    ];
    await writeFile(home.path('list.csv'), list.join('\r\n'));
    const answer = await run(home.path('list.csv'), '--out', home.path('list'));
    expect(answer.exitCode, answer.stderr).toBe(2);
    expect(answer.json()['runs']).toMatchObject([
      { outcome: 'done', slide: { mpp: 0.5, scale: 'stated' } },
      { error: { code: 'slide-missing', message: expect.stringContaining('list.csv, line 3') } },
      { outcome: 'done', slide: { mpp: 0.4, scale: 'given' } },
    ]);
    const out = home.path('tables', 'export.csv');
    expect((await cohort('export.csv', idOf(answer), '--out', out)).exitCode).toBe(0);
    const [header, first, second, third] = (await readFile(out, 'utf8')).split('\r\n');
    expect(header).toMatch(/^slide,run,outcome,.*,warnings,error,case,lane,mpp$/);
    expect(first).toMatch(/^scans\/a\.tif,[0-9a-f]{20},done,.*,"'=HYPERLINK\(""x""\)",stat,$/);
    expect(second).toMatch(/^scans\/gone\.tif,,refused,.*line 3.*,P-2,,$/);
    expect(third).toMatch(/^"scans\/Präparat, 3\.tif",[0-9a-f]{20},done,.*scale-overruled,,P-3,,0\.4$/);
  });

  it('of a prefix is what lies there in the store', async () => {
    for (const name of ['a.tif', 'b.tif'])
      await store.put(`incoming/${name}`, await readFile(home.path('scans', name)));
    await store.put('incoming/readme.txt', Buffer.from('x'));
    const answer = await run('s3://h2g/incoming/', '--out', home.path('prefix'));
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.json()['runs']).toMatchObject([{ slide: { name: 'a.tif' } }, { slide: { name: 'b.tif' } }]);
    expect(await resultBytes(home.path('prefix', 'b'))).toEqual(await resultBytes(home.path('folder', 'b')));
    const empty = await run('s3://h2g/nothing/', '--out', home.path('empty'));
    expect(empty.exitCode).toBe(2);
    expect(empty.json()['runs']).toMatchObject([{ error: { message: expect.stringContaining('s3://h2g/nothing/') } }]);
  });

  it('retry-failed runs what has failed once its cause is mended, and nothing else', async () => {
    await mkdir(home.path('torn'));
    for (const name of ['a.tif', 'b.tif']) await copyFile(home.path('scans', name), home.path('torn', name));
    const torn = home.path('torn', 'b.tif');
    const { mtime } = await stat(torn);
    // A file's version is its size and time: it is mended in place, and stays the same run.
    const damaged = async (): Promise<void> => {
      for (const level of [1, 2]) await damageTile(torn, { level, column: 0, row: 0 });
      await utimes(torn, mtime, mtime);
    };
    await damaged();
    const failed = await run(home.path('torn'), '--out', home.path('torn out'));
    expect(failed.exitCode, failed.stderr).toBe(2);
    const id = idOf(failed);
    expect((await cohort('status', id)).json()).toMatchObject({
      counts: { done: 1, failed: 1 },
      lacking: [{ slide: torn, outcome: 'failed', error: { code: expect.stringMatching(/^slide-/) } }],
    });
    await copyFile(home.path('scans', 'b.tif'), torn);
    await utimes(torn, mtime, mtime);
    const before = await runExecutions();
    const retried = await cohort('retry-failed', id);
    expect(retried.exitCode, retried.stderr).toBe(0);
    expect(retried.json()).toMatchObject({
      state: { kind: 'finished' },
      counts: { done: 2, failed: 0 },
      retried: [{ slide: torn, outcome: 'done', error: null }],
    });
    expect(await runExecutions()).toBe(before + 1);
    expect((await cohort('retry-failed', id)).json()).toMatchObject({ cohortId: id, retried: [] });
  });

  /** Of slides without a result, what the command that followed says, status, and the table. */
  async function expectSameViews(cohortId: string, followed: H2gAnswer): Promise<void> {
    const notRun = (followed.json()['runs'] as { error?: { message: string } }[]).filter(({ error }) =>
      error?.message.includes('was not run'),
    ).length;
    const lost = (followed.json()['runs'] as { error?: object }[]).filter(({ error }) => error !== undefined).length;
    const status = (await cohort('status', cohortId)).json();
    const lacking = (status['lacking'] as { outcome: string }[]).map(({ outcome }) => outcome);
    expect(lacking).toHaveLength(lost);
    expect(lacking.filter((outcome) => outcome === 'not-run')).toHaveLength(notRun);
    expect(status['notRun']).toBe(notRun);
    const table = home.path('cancelled.csv');
    expect((await cohort('export', cohortId, '--out', table)).exitCode).toBe(0);
    const outcomes = (await readFile(table, 'utf8')).match(/,(?:refused|cancelled|failed|not-run),/g) ?? [];
    expect(outcomes.map((outcome) => outcome.replaceAll(',', '')).toSorted()).toEqual(lacking.toSorted());
  }

  it('goes on after Ctrl-C with the same command, each slide run once; cancelled it can be begun again', async () => {
    const bundle = await writeSlowBundle(home.path('slow'));
    await mkdir(home.path('long'));
    for (const [index, name] of ['a.tif', 'b.tif', 'c.tif'].entries())
      await paintSyntheticSlide({
        path: home.path('long', name),
        widthPx: 4000,
        heightPx: 3600,
        mpp: 0.5,
        seed: 30 + index,
      });
    await copyFile(home.path('scans', 'broken.svs'), home.path('long', 'd.svs'));
    const args = ['run', home.path('long'), '--bundle', bundle, '--parallel', '2', '--json', '--out'];
    const before = await runExecutions();
    const first = startH2g([...args, home.path('interrupted')], home.env);
    const { cohortId } = await twoUnderWay();
    first.child.kill('SIGINT');
    const interrupted = await first.ended;
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.json()).toMatchObject({
      error: {
        code: 'interrupted',
        message: expect.stringContaining('4 slides'),
        hint: expect.stringContaining('h2g run'),
      },
    });
    const again = await h2g([...args, home.path('interrupted')], home.env);
    expect(again.exitCode, again.stderr).toBe(2);
    expect(again.stderr).toContain(`Cohort ${cohortId} is under way already`);
    expect(again.json()['runs']).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }, { outcome: 'done' }, {}]);
    expect(await runExecutions()).toBe(before + 3);

    const anew = startH2g([...args, home.path('cancelled'), '--again'], home.env);
    await twoUnderWay();
    expect((await cohort('cancel', cohortId)).exitCode).toBe(0);
    const ended = await anew.ended;
    expect(ended.exitCode, ended.stderr).toBe(3);
    const codes = (ended.json()['runs'] as { error?: { code: string } }[]).map(
      ({ error }) => error?.code ?? 'a result',
    );
    expect(codes).toContain('run-cancelled');
    expect(codes.filter((code) => code !== 'run-cancelled' && code !== 'a result')).toEqual(['slide-unreadable']);
    await expectSameViews(cohortId, ended);
    const last = await h2g([...args, home.path('cancelled')], home.env);
    expect(last.json()['runs']).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }, { outcome: 'done' }, {}]);
    for (const name of ['a', 'b'])
      expect(await resultBytes(home.path('cancelled', name))).toEqual(
        await resultBytes(home.path('interrupted', name)),
      );
  });
});
