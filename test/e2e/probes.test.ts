import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIdOf } from '../../platform/digest.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { alertRules, dashboardQueries, metricsIn } from '../fixtures/monitoring.ts';
import { PROMTOOL } from '../fixtures/prometheus.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { metricsPage, openSite, probesPort, type Site, type SiteWorker } from './site.ts';

const execute = promisify(execFile);
const SIDE_CELLS = 6;

describe('what workers say of themselves over HTTP', () => {
  let site: Site;
  let orchestrator: SiteWorker;
  let detector: SiteWorker;
  /** Of both, in the middle of a run. */
  let pages: string[] = [];

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: 41 }));
    [orchestrator, detector] = await Promise.all([site.start('orchestrator'), site.start('detector')]);
  });

  afterAll(() => site?.[Symbol.asyncDispose]());

  async function ask(worker: SiteWorker, path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${await probesPort(worker)}${path}`, {
      signal: AbortSignal.timeout(2_000),
    });
    return { status: response.status, text: await response.text() };
  }

  /** The sum of a metric over all labels that hold this text. */
  const valueOf = async (worker: SiteWorker, name: string, labels = ''): Promise<number> =>
    sumOf(await metricsPage(worker), name, labels);

  function sumOf(page: string, name: string, labels = ''): number {
    const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
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
    let age = 0;
    let silence = 0;
    await eventually('its end', async () => {
      const seen = await Promise.all([orchestrator, detector].map(metricsPage));
      const inDetection = (name: string): number => sumOf(seen[0] ?? '', name, 'lane="stat"');
      const waiting = inDetection('h2g_unprocessed_cells');
      if (waiting > 0) pages = seen;
      mostWaiting = Math.max(mostWaiting, waiting);
      age = Math.max(age, inDetection('h2g_unprocessed_seconds'));
      silence = Math.max(silence, inDetection('h2g_silent_seconds'));
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
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(60);
    expect(silence).toBeGreaterThan(0);
    expect(silence).toBeLessThan(60);
    for (const name of ['h2g_unprocessed_cells', 'h2g_unprocessed_seconds', 'h2g_silent_seconds'])
      expect(await valueOf(orchestrator, name), name).toBe(0);
    expect(await valueOf(detector, 'h2g_detector_serves')).toBe(1);
    expect(await valueOf(detector, 'h2g_batches_redelivered_total', 'lane="stat"')).toBe(0);
    expect(await valueOf(orchestrator, 'h2g_runs_total', 'outcome="done"')).toBe(1);
    for (const step of ['planRun', 'dispatchTiles', 'gatherHeatmap', 'refineMask', 'deliverResults'])
      expect(await valueOf(orchestrator, 'h2g_step_seconds_count', `step="${step}",end="done"`)).toBe(1);
  });

  it('show every metric that the alerts and the dashboard ask for', async () => {
    const shown = new Set(pages.flatMap((page) => [...page.matchAll(/^(\w+)[{ ]/gm)].map(([, name]) => name)));
    const asked = [...alertRules().map(({ expr }) => expr), ...dashboardQueries()].flatMap(metricsIn);
    expect(asked.length).toBeGreaterThan(30);
    expect([...new Set(asked)].filter((name) => !shown.has(name))).toEqual([]);
  });

  it('say what docs/operate.md says that they do', async () => {
    const table = await readFile(join(packageRoot(), 'docs/operate.md'), 'utf8');
    const described = [...table.matchAll(/^\| `h2g_.*?\|/gm)].flatMap(([cell]) => metricsIn(cell));
    const shown = pages.flatMap((page) => [...page.matchAll(/^# TYPE (h2g_\w+)/gm)].map(([, name = '']) => name));
    expect(new Set(described)).toEqual(new Set(shown));
  });

  it.skipIf(PROMTOOL === undefined)('pass promtool check metrics (skipped where there is no promtool)', async () => {
    for (const page of pages) {
      const checked = execute(PROMTOOL ?? '', ['check', 'metrics']);
      checked.child.stdin?.end(page);
      expect(await checked).toEqual({ stdout: '', stderr: '' });
    }
  });

  it('count a run that has failed, also one whose end cannot be recorded yet', async () => {
    const spec = await site.specOf(site.path('slide.tif'));
    const gone = { ...spec, slide: { ...spec.slide, url: `${spec.slide.url}.gone` } };
    await site.runs.start(runIdOf(gone), gone, 'stat');
    await eventually('its end', async () =>
      (await valueOf(orchestrator, 'h2g_runs_total', 'outcome="failed"')) === 1 ? true : undefined,
    );
    expect(await valueOf(orchestrator, 'h2g_run_failures_total')).toBe(1);
    expect(await valueOf(orchestrator, 'h2g_step_seconds_count', 'step="planRun",end="fatal"')).toBe(1);
    expect(await valueOf(orchestrator, 'h2g_step_seconds_count', 'step="planRun",end="failed"')).toBe(0);
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
        expect(await valueOf(worker, 'h2g_waits_for', 'need="the broker"')).toBe(1);
      }
      expect(await valueOf(detector, 'h2g_detector_serves')).toBe(0);
    } finally {
      process.kill(site.brokerPid, 'SIGCONT');
    }
    for (const worker of [orchestrator, detector])
      await eventually('ready', async () => ((await ask(worker, '/readyz')).status === 200 ? true : undefined));
    expect(await valueOf(detector, 'h2g_detector_serves')).toBe(1);
    for (const worker of [orchestrator, detector]) expect(await valueOf(worker, 'h2g_waits_for')).toBe(0);
  });

  it.each([
    ['Temporal', () => site.temporalPid],
    ['the store', () => site.storePid],
  ])('an orchestrator is alive but not ready while %s is away', async (need, pid) => {
    process.kill(pid(), 'SIGSTOP');
    try {
      const answer = await eventually('not ready', async () => {
        const found = await ask(orchestrator, '/readyz');
        return found.status === 503 ? found : undefined;
      });
      expect(answer.text).toBe(`waits for: ${need}\n`);
      expect((await ask(orchestrator, '/healthz')).status).toBe(200);
    } finally {
      process.kill(pid(), 'SIGCONT');
    }
    await eventually('ready', async () => ((await ask(orchestrator, '/readyz')).status === 200 ? true : undefined));
  });
});
