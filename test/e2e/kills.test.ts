import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { killStack } from '../faults/kill-stack.ts';
import { readScored } from '../faults/read-scored.ts';
import { readStoredScores } from '../faults/read-stored-scores.ts';
import { startGatedSlide, type GatedSlide } from '../fixtures/gated-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, resultBytes, startH2g } from './h2g.ts';
import { newHome, type Home } from './home.ts';
import { inTheMiddle, pidOf, readyStack, runClientOf, stackIsDown } from './mid-run.ts';

/** Each test kills something while a run is half done, lets it go on, and compares with an undisturbed run. */
describe('a run that is disturbed', () => {
  let home: Home;
  let slide: GatedSlide;
  let bundle: string;
  let undisturbed: Record<string, Buffer>;

  beforeAll(async () => {
    home = await newHome();
    bundle = await writeSlowBundle(home.path('slow'));
    const path = home.path('slide.tif');
    await paintSyntheticSlide({ path, widthPx: 6000, heightPx: 5000, mpp: 0.5, seed: 3 });
    slide = await startGatedSlide(path, 1);
    const answer = await h2g(runTo('undisturbed'), home.env);
    expect(answer.exitCode, answer.stderr).toBe(0);
    undisturbed = await resultBytes(home.path('undisturbed', 'slide'));
    expect(Object.keys(undisturbed)).toEqual([
      'heatmap.png',
      'heatmap.tif',
      'mask.tif',
      'overlay.png',
      'tumour.geojson',
    ]);
  });

  /** The stack of the test before lingers for a moment. */
  beforeEach(async () => {
    await stackIsDown(home);
    slide.shut();
  });
  afterAll(async () => {
    await slide?.close();
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

  it('goes on after Ctrl-C with the same command', async () => {
    const first = startH2g(runTo('interrupted', '--again'), home.env);
    await using runs = closing(await runClientOf(await readyStack(home)));
    await inTheMiddle(runs);
    first.child.kill('SIGINT');
    const answer = await first.ended;
    slide.open();
    expect(answer.exitCode).toBe(130);
    expect(answer.json()).toMatchObject({ error: { code: 'interrupted', hint: expect.stringContaining('h2g run') } });
    await expectSameBytes(await h2g(runTo('interrupted'), home.env), 'interrupted');
  });

  it('goes on after the command was SIGKILLed, and the stack it had started goes away by itself', async () => {
    const first = startH2g(runTo('killed', '--again'), home.env);
    const runs = await runClientOf(await readyStack(home));
    await inTheMiddle(runs);
    first.child.kill('SIGKILL');
    await first.ended;
    await runs.close();
    await stackIsDown(home);
    slide.open();
    const answer = await h2g(runTo('killed'), home.env);
    expect(answer.stderr).toContain('under way');
    await expectSameBytes(answer, 'killed');
  });

  it.each(['detector', 'orchestrator', 'nats', 'temporal', 'minio'])(
    'is not disturbed by the death of its %s',
    async (victim) => {
      const running = startH2g(runTo(victim, '--again'), { ...home.env, H2G_LOCAL_STORE: 'minio' });
      await using runs = closing(await runClientOf(await readyStack(home)));
      await inTheMiddle(runs);
      process.kill(pidOf(await readyStack(home), victim), 'SIGKILL');
      slide.open();
      await expectSameBytes(await running.ended, victim);
    },
  );

  it('goes on after everything was SIGKILLed at once, and computes nothing again that was stored', async () => {
    const env = { ...home.env, H2G_LOCAL_STORE: 'minio' };
    const folder = home.path('home');
    const first = startH2g(runTo('all killed', '--again'), env);
    const runs = await runClientOf(await readyStack(home));
    const { runId } = await inTheMiddle(runs);
    await runs.close();
    first.child.kill('SIGKILL');
    expect(await killStack(folder), 'supervisor, three servers, two workers').toBe(6);
    const killedMs = Date.now();
    await first.ended;
    const stored = await readStoredScores(join(folder, 'nats'), runId);
    expect(stored.size).toBeGreaterThan(0);

    slide.open();
    await expectSameBytes(await h2g(runTo('all killed'), env), 'all killed');
    const after = (await readScored(folder)).filter(({ atMs }) => atMs > killedMs).map(({ key }) => key);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((key) => stored.has(Number(key.split('/')[1])))).toEqual([]);
  });

  async function expectSameBytes(answer: Awaited<ReturnType<typeof h2g>>, out: string): Promise<void> {
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.json()).toMatchObject({ outcome: 'done', cells: { failed: 0 }, coverage: 1 });
    const files = await resultBytes(home.path(out, 'slide'));
    expect(Object.keys(files)).toEqual(Object.keys(undisturbed));
    for (const [name, bytes] of Object.entries(undisturbed)) expect(files[name]?.equals(bytes), name).toBe(true);
  }
});

const closing = <T extends { close(): Promise<void> }>(client: T): T & AsyncDisposable =>
  Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
