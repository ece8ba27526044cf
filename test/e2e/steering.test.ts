import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RESULT_FILES, resultKey } from '../../domain/keys.ts';
import type { RunClient } from '../../platform/run-client.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { openGatedRun, type GatedRun } from './gated-run.ts';
import { h2g, resultBytes, startH2g } from './h2g.ts';
import { storeOf } from './home.ts';
import { eventually, inDetection, inTheMiddle, readyStack, runClientOf } from './mid-run.ts';

/** What a person does to a run that is under way, and what happens to a slide under a run's feet. */
describe('a run that is steered', () => {
  let run: GatedRun;
  let runs: RunClient;
  let store: S3Store;

  beforeAll(async () => {
    run = await openGatedRun({ seed: 4 });
    store = createS3Store(await storeOf(run.home));
    runs = await runClientOf(await readyStack(run.home));
  });

  beforeEach(() => run.slide.shut());
  afterAll(async () => {
    store?.close();
    await runs?.close();
    await run?.[Symbol.asyncDispose]();
  });

  it('stands still while paused, goes on when resumed, in another lane if told so', async () => {
    const running = startH2g(run.commandTo('paused', '--again'), run.home.env);
    const { runId } = await inTheMiddle(runs);
    const paused = await h2g(['pause', runId], run.home.env);
    expect(paused.exitCode, paused.stderr).toBe(0);
    await eventually('the run paused', async () => {
      const { state } = await runs.progress(runId);
      return state.kind === 'running' && state.paused ? true : undefined;
    });
    run.slide.open();
    expect((await h2g(['set-lane', runId, 'stat'], run.home.env)).exitCode).toBe(0);
    expect((await h2g(['resume', runId], run.home.env)).exitCode).toBe(0);
    const answer = await running.ended;
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect((await runs.progress(runId)).lane).toBe('stat');
    expect(await resultBytes(run.home.path('paused', 'slide'))).toEqual(run.undisturbed);
  });

  it('ends when cancelled, and starts again with what was done', async () => {
    const running = startH2g(run.commandTo('cancelled', '--again'), run.home.env);
    const { runId } = await inTheMiddle(runs);
    expect((await h2g(['cancel', runId], run.home.env)).exitCode).toBe(0);
    const answer = await running.ended;
    run.slide.open();
    expect(answer.exitCode).toBe(3);
    expect(answer.json()).toMatchObject({ error: { code: 'run-cancelled' } });
    expect(await store.head(resultKey(runId, RESULT_FILES.report))).toBeUndefined();
    const again = await h2g(run.commandTo('cancelled'), run.home.env);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await resultBytes(run.home.path('cancelled', 'slide'))).toEqual(run.undisturbed);
  });

  it('fails when its slide is replaced in the store in mid-run, and says so in its report', async () => {
    const key = 'slides/replaced.tif';
    const bytes = await readFile(run.path);
    await store.put(key, bytes);
    const args = ['run', `s3://h2g/${key}`, '--bundle', run.bundle, '--out', run.home.path('replaced'), '--json'];
    const running = startH2g(args, run.home.env);
    const { runId } = await inDetection(runs);
    await store.put(key, Buffer.concat([bytes, Buffer.from('another')]));
    const answer = await running.ended;
    expect(answer.exitCode).toBe(3);
    expect(answer.json()).toMatchObject({
      error: { code: 'slide-changed', message: expect.stringContaining('replaced') },
    });
    const report = JSON.parse(Buffer.from(await store.get(resultKey(runId, RESULT_FILES.report))).toString()) as object;
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'slide-changed' } });
  });

  it('fails when its slide is gone from its server, and goes on when it is back', async () => {
    const { files } = run.slide.server;
    const running = startH2g(run.commandTo('back', '--again'), run.home.env);
    await inTheMiddle(runs);
    files.clear();
    run.slide.open();
    const failed = await running.ended;
    expect(failed.exitCode).toBe(2);
    expect(failed.json()).toMatchObject({ error: { code: 'slide-missing' } });
    files.set('slide.tif', await readFile(run.path));
    const again = await h2g(run.commandTo('back'), run.home.env);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await resultBytes(run.home.path('back', 'slide'))).toEqual(run.undisturbed);
  });
});
