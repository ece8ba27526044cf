import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cohortWorkflowIdOf } from '../../domain/segment-cohort.ts';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import { runIdOf } from '../../platform/digest.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../fixtures/otlp-receiver.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { h2g, type H2gAnswer } from './h2g.ts';
import { eventually } from './mid-run.ts';
import { openSite, storedResults, type Site } from './site.ts';

const SIDE_PX = 6 * 256;
const STEPS = ['planRun', 'dispatchTiles', 'gatherHeatmap', 'refineMask', 'deliverResults'];
const STAGES = ['classify', 'fetch', 'publish'];

/** A site whose command line and workers are told of a collector by OpenTelemetry's own variables. */
describe('the trace of a run', () => {
  let receiver: OtlpReceiver;
  let site: Site;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '200');
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: 11 }));
    await Promise.all([site.start('orchestrator'), site.start('detector'), site.start('detector')]);
  });

  afterAll(async () => {
    await site?.[Symbol.asyncDispose]();
    await receiver?.stop().catch(() => undefined);
    vi.unstubAllEnvs();
  });

  async function paint(name: string, seed: number, sidePx = SIDE_PX): Promise<string> {
    const path = site.path(name);
    await paintSyntheticSlide({ path, widthPx: sidePx, heightPx: sidePx, mpp: 1, seed });
    return path;
  }
  const run = (...args: string[]): Promise<H2gAnswer> =>
    h2g(['run', ...args, '--bundle', site.bundleDir, '--out', site.path('out'), '--json'], site.env);

  /** Each of its batches has ended, and so has the workflow: nothing more of it comes. */
  const wholeTrace = async (runId: string): Promise<ReceivedSpan[]> => {
    const { batches } = JSON.parse(new TextDecoder().decode(await site.store.get(`runs/${runId}/plan.json`))) as {
      batches: unknown[];
    };
    return eventually(`the whole trace of ${runId}`, async () => {
      const ofRun = receiver.spans.filter(({ attributes }) => attributes['runId'] === runId);
      const isWhole =
        ofRun.filter(({ name }) => name === 'batch').length === batches.length &&
        ofRun.some(({ name }) => name === 'segment-slide');
      if (!isWhole) return undefined;
      return receiver.spans.filter(({ traceId }) => ofRun.some((span) => span.traceId === traceId));
    });
  };

  /** @returns each span's parent, by name */
  function expectTree(spans: readonly ReceivedSpan[], rootName: string): Map<string, string> {
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans.filter(({ parentId }) => parentId === '').map(({ name }) => name)).toEqual([rootName]);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(byId.size).toBe(spans.length);
    const parents = new Map<string, string>();
    for (const span of spans) {
      if (span.parentId === '') continue;
      const parent = byId.get(span.parentId);
      expect(parent, `the parent of ${span.name}`).toBeDefined();
      expect(parents.get(span.name) ?? parent?.name).toBe(parent?.name);
      parents.set(span.name, parent?.name ?? '');
    }
    return parents;
  }

  it('is one tree from the command to the last batch', async () => {
    const answer = await run(await paint('slide.tif', 5), '--lane', 'stat');
    expect(answer.exitCode, answer.stderr).toBe(0);
    const { runId } = answer.report();
    const spans = await wholeTrace(runId);
    expect(Object.fromEntries(expectTree(spans, 'h2g run'))).toEqual({
      'place slide': 'h2g run',
      'segment-slide': 'h2g run',
      'fetch results': 'h2g run',
      ...Object.fromEntries(STEPS.map((step) => [step, 'segment-slide'])),
      batch: 'segment-slide',
      ...Object.fromEntries(STAGES.map((stage) => [stage, 'batch'])),
    });
    for (const step of STEPS) {
      const found = spans.filter(({ name }) => name === step);
      expect(found, step).toHaveLength(1);
      expect(found[0]).toMatchObject({ service: 'h2g-orchestrator', attributes: { runId, attempt: 1 } });
    }
    const batches = spans.filter(({ name }) => name === 'batch');
    expect(batches.length).toBeGreaterThan(2);
    expect(new Set(batches.map(({ attributes }) => attributes['batch']))).toEqual(new Set(batches.keys()));
    for (const batch of batches) {
      const { service, attributes, spanId, failed } = batch;
      expect({ service, failed }).toEqual({ service: 'h2g-detector', failed: undefined });
      expect(attributes).toMatchObject({ runId, lane: 'stat', attempt: 0, end: 'scored', redelivered: false });
      expect(attributes['cells']).toBeGreaterThan(0);
      expect(attributes['model']).toMatch(/^slow-/);
      const parts = spans.filter(({ parentId }) => parentId === spanId);
      expect(parts.map(({ name }) => name).toSorted()).toEqual(STAGES);
      for (const part of parts) {
        expect(part.startedAtMs).toBeGreaterThanOrEqual(batch.startedAtMs - 1);
        expect(part.endedAtMs).toBeLessThanOrEqual(batch.endedAtMs + 1);
      }
    }
    const cells = batches.reduce((sum, { attributes }) => sum + Number(attributes['cells']), 0);
    expect(cells).toBe(answer.report().cells.analysed);
  });

  it('names no slide, and is named on the log lines of its batches', async () => {
    const { runId } = (await run(await paint('Smith, J.tif', 6))).report();
    const spans = await wholeTrace(runId);
    expect(JSON.stringify(receiver.spans)).not.toContain('Smith');
    const lines = (await site.lines()).filter((line) => line.runId === runId && line.event === 'TileBatch:Scored');
    expect(lines.length).toBe(spans.filter(({ name }) => name === 'batch').length);
    for (const line of lines) expect(line).toMatchObject({ traceId: spans[0]?.traceId, batch: expect.any(Number) });
  });

  it("of a command that traces nothing begins with its workflow, and is called as Temporal's run", async () => {
    const spec = await site.specOf(await paint('untraced.tif', 7));
    const runId = runIdOf(spec);
    await site.runs.start(runId, spec, 'routine');
    await site.runs.result(runId);
    const spans = await wholeTrace(runId);
    const parents = expectTree(spans, 'segment-slide');
    expect(parents.get('batch')).toBe('segment-slide');
    const execution = await site.link.client.workflow.getHandle(workflowIdOf(runId)).describe();
    expect(spans[0]?.traceId).toBe(execution.runId.replaceAll('-', ''));
  });

  it('that is cancelled has its end all the same', async () => {
    const spec = await site.specOf(await paint('cancelled.tif', 8, 4 * SIDE_PX));
    const runId = runIdOf(spec);
    await site.runs.start(runId, spec, 'routine');
    await eventually('a batch in work', async () =>
      (await site.lines()).find((line) => line.runId === runId && line.event === 'TileBatch:Started'),
    );
    await site.runs.cancel(runId);
    const span = await eventually('the span of its workflow', async () =>
      receiver.spans.find(({ name, attributes }) => name === 'segment-slide' && attributes['runId'] === runId),
    );
    expect(span).toMatchObject({ failed: undefined, attributes: { end: 'stopped' } });
    const gather = await eventually('the span of what was stopped', async () =>
      receiver.spans.find(({ name, attributes }) => name === 'gatherHeatmap' && attributes['runId'] === runId),
    );
    expect(gather).toMatchObject({ failed: undefined, attributes: { end: 'stopped' } });
  });

  it('is one for each slide of a cohort, linked to that of the cohort', async () => {
    const answer = await run(await paint('one.tif', 9), await paint('two.tif', 10));
    expect(answer.exitCode, answer.stderr).toBe(0);
    const cohortId = String(answer.json()['cohort']);
    const cohort = await eventually('the span of the cohort', async () =>
      receiver.spans.find(({ name, attributes }) => name === 'segment-cohort' && attributes['cohortId'] === cohortId),
    );
    const above = receiver.spans.find(({ spanId }) => spanId === cohort.parentId);
    expect(above).toMatchObject({ name: 'h2g run', service: 'h2g', traceId: cohort.traceId, parentId: '' });
    const reports = answer.json()['runs'] as { runId: string }[];
    const traces = await Promise.all(reports.map(({ runId }) => wholeTrace(runId)));
    for (const spans of traces) {
      expectTree(spans, 'segment-slide');
      const root = spans.find(({ parentId }) => parentId === '');
      expect(root?.links).toEqual([{ traceId: cohort.traceId, spanId: cohort.spanId }]);
    }
    expect(new Set([cohort, ...traces.flat()].map(({ traceId }) => traceId)).size).toBe(3);
    const execution = await site.link.client.workflow.getHandle(cohortWorkflowIdOf(cohortId)).describe();
    expect(cohort.attributes['temporalRunId']).toBe(execution.runId);
  });

  // The last one: nobody listens after it.
  it('is lost where the collector is away, and nothing else is', async () => {
    const path = await paint('lost.tif', 5);
    const before = await run(path, '--again');
    const { runId } = before.report();
    const results = await storedResults(site.store, runId);
    await receiver.stop();
    for (const answer of [await run(path, '--again'), await run(path, '--again')]) {
      expect(answer.exitCode, answer.stderr).toBe(0);
      expect(answer.stderr).toMatch(/Traces d.* not reach their collector/);
      expect(answer.report()).toMatchObject({ outcome: before.report().outcome, cells: before.report().cells });
      expect(await storedResults(site.store, runId)).toEqual(results);
    }
    const told = await eventually('a word of each worker', async () => {
      const lines = (await site.lines()).filter(({ event }) => event === 'Traces:NotSent');
      return lines.length >= 3 ? lines : undefined;
    });
    expect(told).toHaveLength(3);
    // Another try of each that fails is not told of again.
    await run(path, '--again');
    await delay(12_000);
    expect((await site.lines()).filter(({ event }) => event === 'Traces:NotSent')).toHaveLength(3);
  });
});
