import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { killStack } from '../faults/kill-stack.ts';
import { readScored } from '../faults/read-scored.ts';
import { readStoredScores } from '../faults/read-stored-scores.ts';
import { openGatedRun, type GatedRun } from './gated-run.ts';
import { h2g, resultBytes, startH2g } from './h2g.ts';
import { inTheMiddle, pidOf, readyStack, runClientOf, stackIsDown } from './mid-run.ts';

/** Each test kills something while a run is half done, lets it go on, and compares with an undisturbed run. */
describe('a run that is disturbed', () => {
  let run: GatedRun;

  beforeAll(async () => {
    run = await openGatedRun({ seed: 3 });
    expect(Object.keys(run.undisturbed)).toEqual([
      'heatmap.png',
      'heatmap.tif',
      'mask.tif',
      'overlay.png',
      'tumour.geojson',
    ]);
  });

  /** The stack of the test before lingers for a moment. */
  beforeEach(async () => {
    await stackIsDown(run.home);
    run.slide.shut();
  });
  afterAll(() => run?.[Symbol.asyncDispose]());

  it('goes on after Ctrl-C with the same command', async () => {
    const first = startH2g(run.commandTo('interrupted', '--again'), run.home.env);
    await using runs = closing(await runClientOf(await readyStack(run.home)));
    await inTheMiddle(runs);
    first.child.kill('SIGINT');
    const answer = await first.ended;
    run.slide.open();
    expect(answer.exitCode).toBe(130);
    expect(answer.json()).toMatchObject({ error: { code: 'interrupted', hint: expect.stringContaining('h2g run') } });
    await expectSameBytes(await h2g(run.commandTo('interrupted'), run.home.env), 'interrupted');
  });

  it('goes on after the command was SIGKILLed, and the stack it had started goes away by itself', async () => {
    const first = startH2g(run.commandTo('killed', '--again'), run.home.env);
    const runs = await runClientOf(await readyStack(run.home));
    await inTheMiddle(runs);
    first.child.kill('SIGKILL');
    await first.ended;
    await runs.close();
    await stackIsDown(run.home);
    run.slide.open();
    const answer = await h2g(run.commandTo('killed'), run.home.env);
    expect(answer.stderr).toContain('under way');
    await expectSameBytes(answer, 'killed');
  });

  it.each(['detector', 'orchestrator', 'nats', 'temporal', 'minio'])(
    'is not disturbed by the death of its %s',
    async (victim) => {
      const running = startH2g(run.commandTo(victim, '--again'), { ...run.home.env, H2G_LOCAL_STORE: 'minio' });
      await using runs = closing(await runClientOf(await readyStack(run.home)));
      await inTheMiddle(runs);
      process.kill(pidOf(await readyStack(run.home), victim), 'SIGKILL');
      run.slide.open();
      await expectSameBytes(await running.ended, victim);
    },
  );

  it('goes on after everything was SIGKILLed at once, and computes nothing again that was stored', async () => {
    const env = { ...run.home.env, H2G_LOCAL_STORE: 'minio' };
    const folder = run.home.path('home');
    const first = startH2g(run.commandTo('all killed', '--again'), env);
    const runs = await runClientOf(await readyStack(run.home));
    const { runId } = await inTheMiddle(runs);
    await runs.close();
    first.child.kill('SIGKILL');
    expect(await killStack(folder), 'supervisor, three servers, two workers').toBe(6);
    const killedMs = Date.now();
    await first.ended;
    const stored = await readStoredScores(join(folder, 'nats'), runId);
    expect(stored.size).toBeGreaterThan(0);

    run.slide.open();
    await expectSameBytes(await h2g(run.commandTo('all killed'), env), 'all killed');
    const after = (await readScored(folder)).filter(({ atMs }) => atMs > killedMs).map(({ key }) => key);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((key) => stored.has(Number(key.split('/')[1])))).toEqual([]);
  });

  async function expectSameBytes(answer: Awaited<ReturnType<typeof h2g>>, out: string): Promise<void> {
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect(answer.json()).toMatchObject({ outcome: 'done', cells: { failed: 0 }, coverage: 1 });
    const files = await resultBytes(run.home.path(out, 'slide'));
    expect(Object.keys(files)).toEqual(Object.keys(run.undisturbed));
    for (const [name, bytes] of Object.entries(run.undisturbed)) expect(files[name]?.equals(bytes), name).toBe(true);
  }
});

const closing = <T extends { close(): Promise<void> }>(client: T): T & AsyncDisposable =>
  Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
