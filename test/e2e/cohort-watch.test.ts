import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEGMENT_SLIDE } from '../../domain/segment-slide.ts';
import { connectTemporal, type TemporalLink } from '../../platform/temporal/connect-temporal.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { h2g, startH2g, type RunningH2g } from './h2g.ts';
import { newHome, storeOf, type Home } from './home.ts';
import { eventually, pidOf, readyStack } from './mid-run.ts';

/** A prefix that scanners write to, on a standing stack. */
describe('a watched prefix', () => {
  let home: Home;
  let store: S3Store;
  let link: TemporalLink;
  let watching: RunningH2g;

  beforeAll(async () => {
    home = await newHome();
    for (const seed of [1, 2, 3, 4])
      await paintSyntheticSlide({ path: home.path(`${seed}.tif`), widthPx: 1500, heightPx: 1200, mpp: 0.5, seed });
    store = createS3Store(await storeOf(home));
    const { addresses } = await readyStack(home);
    link = await connectTemporal({ address: addresses.temporal, namespace: 'default' });
  });

  afterAll(async () => {
    watching?.child.kill('SIGKILL');
    store?.close();
    await link?.close();
    await home?.[Symbol.asyncDispose]();
  });

  const WATCH = ['run', 's3://h2g/incoming/', '--watch', '--every', '1'];
  const scan = async (seed: number, name = `${seed}.tif`): Promise<unknown> =>
    store.put(`incoming/${name}`, await readFile(home.path(`${seed}.tif`)));

  interface Watch {
    cohortId: string;
    state: { kind: string };
    counts: { done: number };
  }
  const watchNow = async (): Promise<Watch | undefined> =>
    ((await h2g(['cohort', 'list', '--json'], home.env)).json()['cohorts'] as Watch[])[0];
  const untilDone = (done: number): Promise<Watch> =>
    eventually(`${done} slides done`, async () => {
      const watch = await watchNow();
      return watch?.counts.done === done ? watch : undefined;
    });
  async function starts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for await (const { workflowId } of link.client.workflow.list({ query: `WorkflowType = '${SEGMENT_SLIDE}'` }))
      counts.set(workflowId, (counts.get(workflowId) ?? 0) + 1);
    return counts;
  }

  it('runs each slide that appears once, also after its orchestrator was killed', async () => {
    await scan(1);
    watching = startH2g(WATCH, home.env);
    await untilDone(1);
    await scan(2);
    await untilDone(2);
    process.kill(pidOf(await readyStack(home), 'orchestrator'), 'SIGKILL');
    await scan(3);
    await untilDone(3);
    expect([...(await starts()).values()]).toEqual([1, 1, 1]);
  });

  it('goes on when the command that follows it ends, and the same command attaches to it', async () => {
    watching.child.kill('SIGINT');
    const ended = await watching.ended;
    expect(ended.exitCode).toBe(130);
    expect(ended.stderr).toMatch(/h2g up until h2g down/);
    expect(ended.stderr).toMatch(/To follow it again: h2g run s3:\/\/h2g\/incoming\/ --watch/);
    await scan(4, '1.tif');
    await untilDone(4);
    expect([...(await starts()).values()]).toEqual([1, 1, 1, 1]);
    watching = startH2g([...WATCH, '--json'], home.env);
    const { cohortId } = await untilDone(4);
    await eventually('the command attached', async () => (await starts()).size === 4 || undefined);
    expect((await h2g(['cohort', 'cancel', cohortId], home.env)).exitCode).toBe(0);
    const cancelled = await watching.ended;
    expect(cancelled.exitCode, cancelled.stderr).toBe(0);
    expect(cancelled.stderr).toContain('is watched already');
    expect(cancelled.json()).toMatchObject({ state: { kind: 'cancelled' }, total: null, counts: { done: 4 } });
    const csv = home.path('watch.csv');
    expect((await h2g(['cohort', 'export', cohortId, '--out', csv], home.env)).exitCode).toBe(0);
    expect((await readFile(csv, 'utf8')).split('\r\n').filter((line) => line.includes(',done,'))).toHaveLength(4);
  });

  it.each([
    [['run', 'scans/', '--watch'], 'needs one prefix of the store'],
    [['run', 's3://h2g/incoming/', '--watch', '--again'], 'do not go together'],
  ])('%j is refused', async (args, message) => {
    const answer = await h2g([...args, '--json'], home.env);
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: 'usage', message: expect.stringContaining(message) } });
  });

  it('of a bucket that is not there is refused before anything is watched', async () => {
    const answer = await h2g(['run', 's3://elsewhere/', '--watch', '--json'], home.env);
    expect(answer.exitCode).toBe(2);
    expect(answer.json()).toMatchObject({ error: { code: expect.stringMatching(/slide-missing|store-denied/) } });
    expect(((await h2g(['cohort', 'list', '--json'], home.env)).json()['cohorts'] as unknown[]).length).toBe(1);
  });
});
