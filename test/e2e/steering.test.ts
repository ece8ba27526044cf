import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RESULT_FILES, resultKey } from '../../domain/keys.ts';
import type { RunClient } from '../../platform/run-client.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { startGatedSlide, type GatedSlide } from '../fixtures/gated-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, resultBytes, startH2g } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { eventually, inDetection, inTheMiddle, readyStack, runClientOf } from './mid-run.ts';

/** What a person does to a run that is under way, and what happens to a slide under a run's feet. */
describe('a run that is steered', () => {
  let home: Home;
  let path: string;
  let slide: GatedSlide;
  let bundle: string;
  let runs: RunClient;
  let store: S3Store;
  let undisturbed: Record<string, Buffer>;

  beforeAll(async () => {
    home = await newHome();
    path = home.path('slide.tif');
    bundle = await writeSlowBundle(home.path('slow'));
    await paintSyntheticSlide({ path, widthPx: 6000, heightPx: 5000, mpp: 0.5, seed: 4 });
    slide = await startGatedSlide(path, 1);
    store = createS3Store(await storeOf(home));
    const answer = await h2g(runTo('undisturbed'), home.env);
    expect(answer.exitCode, answer.stderr).toBe(0);
    undisturbed = await resultBytes(home.path('undisturbed', 'slide'));
    runs = await runClientOf(await readyStack(home));
  });

  beforeEach(() => slide.shut());
  afterAll(async () => {
    await slide?.close();
    store?.close();
    await runs?.close();
    await home?.[Symbol.asyncDispose]();
  });

  const runTo = (out: string, ...more: string[]): string[] => [
    'run',
    slide.url,
    '--bundle',
    bundle,
    '--out',
    home.path(out),
    '--json',
    ...more,
  ];

  it('stands still while paused, goes on when resumed, in another lane if told so', async () => {
    const running = startH2g(runTo('paused', '--again'), home.env);
    const { runId } = await inTheMiddle(runs);
    const paused = await h2g(['pause', runId], home.env);
    expect(paused.exitCode, paused.stderr).toBe(0);
    await eventually('the run paused', async () => {
      const { state } = await runs.progress(runId);
      return state.kind === 'running' && state.paused ? true : undefined;
    });
    slide.open();
    expect((await h2g(['set-lane', runId, 'stat'], home.env)).exitCode).toBe(0);
    expect((await h2g(['resume', runId], home.env)).exitCode).toBe(0);
    const answer = await running.ended;
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect((await runs.progress(runId)).lane).toBe('stat');
    expect(await resultBytes(home.path('paused', 'slide'))).toEqual(undisturbed);
  });

  it('ends when cancelled, and starts again with what was done', async () => {
    const running = startH2g(runTo('cancelled', '--again'), home.env);
    const { runId } = await inTheMiddle(runs);
    expect((await h2g(['cancel', runId], home.env)).exitCode).toBe(0);
    const answer = await running.ended;
    slide.open();
    expect(answer.exitCode).toBe(3);
    expect(answer.json()).toMatchObject({ error: { code: 'run-cancelled' } });
    expect(await store.head(resultKey(runId, RESULT_FILES.report))).toBeUndefined();
    const again = await h2g(runTo('cancelled'), home.env);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await resultBytes(home.path('cancelled', 'slide'))).toEqual(undisturbed);
  });

  it('fails when its slide is replaced in the store in mid-run, and says so in its report', async () => {
    const key = 'slides/replaced.tif';
    const bytes = await readFile(path);
    await store.put(key, bytes);
    const args = ['run', `s3://h2g/${key}`, '--bundle', bundle, '--out', home.path('replaced'), '--json'];
    const running = startH2g(args, home.env);
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
    const { files } = slide.server;
    const running = startH2g(runTo('back', '--again'), home.env);
    await inTheMiddle(runs);
    files.clear();
    slide.open();
    const failed = await running.ended;
    expect(failed.exitCode).toBe(2);
    expect(failed.json()).toMatchObject({ error: { code: 'slide-missing' } });
    files.set('slide.tif', await readFile(path));
    const again = await h2g(runTo('back'), home.env);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await resultBytes(home.path('back', 'slide'))).toEqual(undisturbed);
  });
});
