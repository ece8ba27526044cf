import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { findJaeger, startJaeger, type Jaeger } from '../fixtures/jaeger.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g } from './h2g.ts';
import { eventually } from './mid-run.ts';
import { openSite, type Site } from './site.ts';

const binary = await findJaeger(process.env);
const why = binary === undefined ? ' (no jaeger on PATH, and no H2G_JAEGER_BIN)' : '';

describe.skipIf(binary === undefined)(`a collector that was not made for this${why}`, () => {
  let jaeger: Jaeger;
  let site: Site;

  beforeAll(async () => {
    jaeger = await startJaeger(binary ?? '');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', jaeger.endpoint);
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: 11 }));
    await Promise.all([site.start('orchestrator'), site.start('detector')]);
  });

  afterAll(async () => {
    await site?.[Symbol.asyncDispose]();
    await jaeger?.[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });

  it('has the whole trace of a run, each span below its parent', async () => {
    const path = site.path('slide.tif');
    await paintSyntheticSlide({ path, widthPx: 6 * 256, heightPx: 6 * 256, mpp: 1, seed: 5 });
    const answer = await h2g(['run', path, '--bundle', site.bundleDir, '--out', site.path('out'), '--json'], site.env);
    expect(answer.exitCode, answer.stderr).toBe(0);
    const plan = JSON.parse(
      new TextDecoder().decode(await site.store.get(`runs/${answer.report().runId}/plan.json`)),
    ) as {
      batches: unknown[];
    };
    const trace = await eventually('all of it in Jaeger', async () => {
      const [newest] = await jaeger.traces('h2g', 'h2g run');
      const names = (newest?.spans ?? []).map(({ operationName }) => operationName);
      const isWhole =
        names.includes('segment-slide') && names.filter((n) => n === 'publish').length === plan.batches.length;
      return isWhole ? newest : undefined;
    });
    const services = new Set(trace.spans.map(({ processID }) => trace.processes[processID]?.serviceName));
    expect(services).toEqual(new Set(['h2g', 'h2g-orchestrator', 'h2g-detector']));
    const ids = new Set(trace.spans.map(({ spanID }) => spanID));
    const roots = trace.spans.filter(({ references }) => references.length === 0);
    expect(roots.map(({ operationName }) => operationName)).toEqual(['h2g run']);
    for (const { references } of trace.spans) for (const { spanID } of references) expect(ids).toContain(spanID);
    expect(trace.spans.filter(({ operationName }) => operationName === 'batch')).toHaveLength(plan.batches.length);
  });
});
