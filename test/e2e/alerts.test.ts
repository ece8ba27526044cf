import { copyFile } from 'node:fs/promises';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Size } from '../../domain/geometry.ts';
import type { Lane, RunSpec } from '../../domain/run-spec.ts';
import { TILES_STREAM } from '../../domain/subjects.ts';
import { runIdOf } from '../../platform/digest.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { damageTile } from '../fixtures/damage-tile.ts';
import { dashboardQueries, hasten, rulesText } from '../fixtures/monitoring.ts';
import { PROMETHEUS, startPrometheus, type Prometheus } from '../fixtures/prometheus.ts';
import { startRangeServer, type RangeServer } from '../fixtures/range-server.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { openSite, probesPort, type Site, type SiteWorker } from './site.ts';

/** Slides whose archive is away: each has its step tried again and again. */
const UNREACHABLE = 8;
/** Slides that wait in two lanes: for as long as it takes to look, on a fast machine too. */
const MANY = 40;
/** Of the damaged slide, on the level that detection alone reads. */
const TORN = { columns: [5, 15], rows: [5, 13] } as const;

/**
 * Real workers, a real Prometheus with the shipped rules, sixty times as fast, and the fault of each alert: it fires, and is gone once the fault is
 * mended. Two alerts are tested by `promtool test rules` alone: H2gMemoryNearLimit, as a process cannot be given a container's limit here, and
 * H2gBatchesRedelivered, as detectors would have to die for a quarter of an hour.
 */
describe.skipIf(PROMETHEUS === undefined)('alerts (skipped where there is no Prometheus)', () => {
  let site: Site;
  let prometheus: Prometheus;
  let archive: RangeServer;
  let orchestrator: SiteWorker;
  let detector: SiteWorker;
  let small: RunSpec;
  let large: RunSpec;

  beforeAll(async () => {
    [site, archive] = await Promise.all([
      openSite((dir) => writeSlowBundle(dir, { windowPx: 21 })),
      startRangeServer(),
    ]);
    prometheus = await startPrometheus(hasten(rulesText()));
    [orchestrator, detector] = await Promise.all([site.start('orchestrator'), site.start('detector')]);
    await watch(orchestrator, detector);
    small = await painted('small.tif', { widthPx: 3_072, heightPx: 3_072 });
    large = await painted('large.tif', { widthPx: 10_240, heightPx: 9_216 });
  });

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await archive?.close();
    await site?.[Symbol.asyncDispose]();
  });

  async function painted(name: string, size: Size): Promise<RunSpec> {
    await paintSyntheticSlide({ path: site.path(name), ...size, mpp: 0.5, seed: 5 });
    return site.specOf(site.path(name));
  }

  const watch = async (...workers: SiteWorker[]): Promise<void> =>
    prometheus.watch(await Promise.all(workers.map(probesPort)));

  async function firing(): Promise<string[]> {
    const alerts = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    return [...new Set(alerts.map(({ labels }) => labels['alertname'] ?? ''))].toSorted();
  }
  const fires = (...names: string[]): Promise<true> =>
    eventually(names.join(', '), async () => {
      const seen = await firing();
      return names.every((name) => seen.includes(name)) ? true : undefined;
    });
  const isGone = (...names: string[]): Promise<true> =>
    eventually(`an end of ${names.join(', ')}`, async () => {
      const seen = await firing();
      return names.some((name) => seen.includes(name)) ? undefined : true;
    });

  async function start(spec: RunSpec, lane: Lane): Promise<string> {
    const runId = runIdOf(spec);
    await site.runs.start(runId, spec, lane);
    return runId;
  }
  const ended = (runId: string): Promise<string> =>
    eventually('its end', async () => {
      const { state } = await site.runs.progress(runId);
      return state.kind === 'running' ? undefined : state.kind;
    });
  const inPlace = (spec: RunSpec, url: string): RunSpec => ({ ...spec, slide: { ...spec.slide, url } });

  async function whileStopped(pid: number, work: () => Promise<unknown>): Promise<void> {
    process.kill(pid, 'SIGSTOP');
    try {
      await work();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  it('none fires while a slide goes through', async () => {
    expect(await ended(await start(small, 'stat'))).toBe('finished');
    await eventually('its metrics', async () =>
      (await prometheus.query('h2g_runs_total{outcome="done"} == 1')).length === 1 ? true : undefined,
    );
    expect(await firing()).toEqual([]);
  });

  it('tell of an archive that is away and of runs that fail, want of room apart from other reasons', async () => {
    archive.intercept = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    const waiting = await Promise.all(
      Array.from({ length: UNREACHABLE }, (_, i) => start(inPlace(small, archive.url(`${i}.tif`).href), 'routine')),
    );
    const missing = Array.from({ length: 3 }, (_, i) => inPlace(small, `${small.slide.url}.${i}`));
    await Promise.all(missing.map((spec) => start(spec, 'stat')));

    const nc = await connect({ servers: site.env['H2G_NATS_URL'] ?? '' });
    const jsm = await nc.jetstreamManager();
    try {
      await jsm.streams.update(TILES_STREAM, { max_bytes: 1 });
      const full = await start(large, 'routine');
      await fires('H2gRunsFail', 'H2gDiskFull', 'H2gStepsFail');
      const codes = (await prometheus.alerts()).flatMap(({ labels }) => labels['code'] ?? []);
      expect(new Set(codes)).toEqual(new Set(['slide-missing']));
      expect(await ended(full)).toBe('failed');
    } finally {
      await jsm.streams.update(TILES_STREAM, { max_bytes: -1 });
      await nc.close();
      await Promise.all(waiting.map((runId) => site.runs.cancel(runId)));
    }
    await isGone('H2gDiskFull', 'H2gStepsFail');
  });

  it('tell of a slide that is damaged in many places', async () => {
    const path = site.path('torn.tif');
    await copyFile(site.path('large.tif'), path);
    for (let column: number = TORN.columns[0]; column < TORN.columns[1]; column += 1)
      for (let row: number = TORN.rows[0]; row < TORN.rows[1]; row += 1)
        await damageTile(path, { level: 1, column, row });
    const runId = await start(await site.specOf(path), 'research');
    await fires('H2gCellsFail');
    expect(await ended(runId)).toBe('finished');
    await isGone('H2gCellsFail');
  });

  it('tell of a detector that stands still, and of the slides that wait for it; the dashboard shows it all', async () => {
    // It looks an hour back, a minute here.
    await isGone('H2gRunsFail');
    const runs = await Promise.all(
      Array.from({ length: MANY }, (_, index) => {
        const asked = { ...large, options: { ...large.options, minCoverage: 0.5 + index / 1_000 } };
        return start(asked, index % 2 === 0 ? 'stat' : 'routine');
      }),
    );
    await eventually('both in detection', async () =>
      (await prometheus.query('count by (model) (h2g_unprocessed_cells > 0) == 2')).length === 1 ? true : undefined,
    );
    await eventually('every panel with its data', async () => {
      const answers = await Promise.all(dashboardQueries().map((query) => prometheus.query(filledIn(query))));
      return answers.every((found) => found.length > 0) ? true : undefined;
    });
    await whileStopped(detector.pid, async () => {
      await fires('H2gStatWaits', 'H2gRoutineWaits', 'H2gNothingComputed', 'H2gWorkerDown');
      expect(await firing()).toEqual(['H2gNothingComputed', 'H2gRoutineWaits', 'H2gStatWaits', 'H2gWorkerDown']);
      for (const runId of runs.slice(2))
        if ((await site.runs.progress(runId)).state.kind === 'running') await site.runs.cancel(runId);
    });
    for (const runId of runs.slice(0, 2)) expect(await ended(runId)).toBe('finished');
    await isGone('H2gStatWaits', 'H2gRoutineWaits', 'H2gNothingComputed', 'H2gWorkerDown');
  });

  it.each([
    ['the broker', () => site.brokerPid],
    ['Temporal', () => site.temporalPid],
    ['the store', () => site.storePid],
  ])('tell of a server that is away: %s', async (need, pid) => {
    await whileStopped(pid(), async () => {
      await fires('H2gServerAway');
      const away = (await prometheus.alerts()).filter(({ labels }) => labels['alertname'] === 'H2gServerAway');
      expect(away.map(({ labels }) => labels['need'])).toEqual([need]);
    });
    await isGone('H2gServerAway');
  });

  it('tell when there is no orchestrator', async () => {
    process.kill(orchestrator.pid, 'SIGKILL');
    await fires('H2gNoOrchestrator');
    orchestrator = await site.start('orchestrator');
    await watch(orchestrator, detector);
    await isGone('H2gNoOrchestrator');
  });

  it('are all gone in the end', async () => {
    await eventually('no alert', async () => ((await firing()).length === 0 ? true : undefined));
  });
});

/** As Grafana fills it in: everything, and rates over a few scrapes. */
const filledIn = (query: string): string =>
  query.replaceAll('$__rate_interval', '10s').replaceAll(/\$(namespace|model|lane)\b/g, '.*');
