import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIdOf } from '../../platform/digest.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { openSite, type Site, type SiteWorker } from './site.ts';

const SIDE_CELLS = 6;

describe('what workers say of themselves over HTTP', () => {
  let site: Site;
  let orchestrator: SiteWorker;
  let detector: SiteWorker;

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: 41 }));
    [orchestrator, detector] = await Promise.all([site.start('orchestrator'), site.start('detector')]);
  });

  afterAll(() => site?.[Symbol.asyncDispose]());

  async function ask(worker: SiteWorker, path: string): Promise<{ status: number; text: string }> {
    const port = (await worker.lines()).find(({ event }) => event === 'Probes:Answered')?.port;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2_000) });
    return { status: response.status, text: await response.text() };
  }

  /** The sum of a metric over all labels that hold this text. */
  async function valueOf(worker: SiteWorker, name: string, labels = ''): Promise<number> {
    const { text } = await ask(worker, '/metrics');
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.filter((line) => line.includes(labels)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  it('live and ready, each of them', async () => {
    for (const worker of [orchestrator, detector]) {
      expect(await ask(worker, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
      expect(await ask(worker, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
      expect((await ask(worker, '/elsewhere')).status).toBe(404);
    }
  });

  it('count what a run took, to the cell and the byte', async () => {
    const path = site.path('slide.tif');
    const side = SIDE_CELLS * 256;
    await paintSyntheticSlide({ path, widthPx: side, heightPx: side, mpp: 1, seed: 5 });
    const spec = await site.specOf(path);
    const runId = runIdOf(spec);
    await site.runs.start(runId, spec, 'stat');
    let mostWaiting = 0;
    await eventually('its end', async () => {
      mostWaiting = Math.max(mostWaiting, await valueOf(orchestrator, 'h2g_unprocessed_cells', 'lane="stat"'));
      return (await site.runs.progress(runId)).state.kind === 'finished' ? true : undefined;
    });
    const report = JSON.parse(new TextDecoder().decode(await site.store.get(`runs/${runId}/report.json`)));
    const { tissue } = report.cells;
    expect(tissue).toBeGreaterThan(0);
    expect(await valueOf(detector, 'h2g_cells_total', 'outcome="analysed"')).toBe(tissue);
    expect(await valueOf(detector, 'h2g_cells_total', 'outcome="failed"')).toBe(0);
    const batches = await valueOf(detector, 'h2g_batches_total', 'end="scored"');
    expect(batches).toBeGreaterThan(0);
    expect(await valueOf(detector, 'h2g_batch_queue_seconds_count', 'lane="stat"')).toBe(batches);
    for (const stage of ['fetch', 'classify', 'publish'])
      expect(await valueOf(detector, 'h2g_batch_stage_seconds_count', `stage="${stage}"`)).toBe(batches);
    expect(await valueOf(detector, 'h2g_batches_in_work')).toBe(0);
    expect(mostWaiting).toBeGreaterThan(0);
    expect(mostWaiting).toBeLessThanOrEqual(tissue);
    expect(await valueOf(orchestrator, 'h2g_unprocessed_cells')).toBe(0);
    expect(await valueOf(orchestrator, 'h2g_runs_total', 'outcome="done"')).toBe(1);
    for (const step of ['planRun', 'dispatchTiles', 'gatherHeatmap', 'refineMask', 'deliverResults'])
      expect(await valueOf(orchestrator, 'h2g_step_seconds_count', `step="${step}",end="done"`)).toBe(1);
  });

  it('alive but not ready while the broker is away, and ready again when it is back', async () => {
    process.kill(site.brokerPid, 'SIGSTOP');
    try {
      for (const worker of [orchestrator, detector]) {
        const answer = await eventually('not ready', async () => {
          const found = await ask(worker, '/readyz');
          return found.status === 503 ? found : undefined;
        });
        expect(answer.text).toBe('waits for: the broker\n');
        expect((await ask(worker, '/healthz')).status).toBe(200);
      }
    } finally {
      process.kill(site.brokerPid, 'SIGCONT');
    }
    for (const worker of [orchestrator, detector])
      await eventually('ready', async () => ((await ask(worker, '/readyz')).status === 200 ? true : undefined));
  });
});
