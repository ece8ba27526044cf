import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storeList, storeRecord, startOf } from '../../../apps/cli/cohort/store-cohort.ts';
import { SlideRecord, type CohortRecord, type ListedSlide } from '../../../domain/cohort.ts';
import { outcomeKey, outcomesPrefix, RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import { DEFAULT_OPTIONS, type RunSpec } from '../../../domain/run-spec.ts';
import { cohortWorkflowIdOf, SEGMENT_COHORT } from '../../../domain/segment-cohort.ts';
import { SEGMENT_SLIDE, workflowIdOf } from '../../../domain/segment-slide.ts';
import type { CohortClient, CohortProgress } from '../../../platform/cohort-client.ts';
import { runIdOf } from '../../../platform/digest.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import { createS3Store, type S3Store } from '../../../platform/s3/s3-store.ts';
import { connectTemporal, type TemporalLink } from '../../../platform/temporal/connect-temporal.ts';
import { createTemporalCohortClient } from '../../../platform/temporal/temporal-cohort-client.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import { killWithUs } from '../../kill-with-us.ts';
import { realServer } from '../../real-servers.ts';
import { sampleReport } from '../../unit/apps/sample-report.ts';

/** The real workflow and its real bookkeeping on a real Temporal and a real store; only the slides are tiny. */
const BUNDLE = { id: 'tiny', version: '1', digest: 'ab', url: 's3://h2g/bundles/tiny/' };
const WORKER = new URL('../../fixtures/tiny-cohort-worker.ts', import.meta.url).pathname;

let temporal: Awaited<ReturnType<typeof realServer<'temporal'>>>;
let s3: Awaited<ReturnType<typeof realServer<'minio'>>>;
let store: S3Store;
let link: TemporalLink;
let cohorts: CohortClient;
let runs: RunClient;
let worker: ChildProcess;

async function startWorker(): Promise<void> {
  const argument = JSON.stringify({ temporal: temporal.address.grpc, s3: s3.address });
  worker = spawn(process.execPath, ['--import', 'tsx', WORKER, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  killWithUs(worker.pid ?? 0);
  await once(worker.stdout ?? worker, 'data');
}

async function killWorker(): Promise<void> {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

beforeAll(async () => {
  [temporal, s3] = await Promise.all([realServer('temporal'), realServer('minio')]);
  store = createS3Store(s3.address);
  link = await connectTemporal({ address: temporal.address.grpc, namespace: 'default' });
  cohorts = createTemporalCohortClient(link);
  runs = createTemporalRunClient(link);
  await startWorker();
});
afterAll(async () => {
  if (worker?.exitCode === null) await killWorker();
  store?.close();
  await runs?.close();
  await Promise.all([temporal?.stop(), s3?.stop()]);
});

const specOf = (name: string, version = 'v1'): RunSpec => ({
  slide: { url: `s3://h2g/slides/${name}`, name, sizeBytes: 10, version },
  bundle: BUNDLE,
  options: DEFAULT_OPTIONS,
});
const idOf = (name: string): string => runIdOf(specOf(name));
const listed = (name: string): ListedSlide => ({
  asked: name,
  run: { runId: idOf(name), slide: specOf(name).slide },
});
const refused = (name: string): ListedSlide => ({
  asked: name,
  error: { code: 'slide-unreadable', message: `${name} is no slide.`, hint: 'Leave it out.' },
});

const settingsOf = (cohortId: string, parallel: number) => ({
  cohortId,
  label: cohortId,
  bundle: BUNDLE,
  options: DEFAULT_OPTIONS,
  lane: 'routine' as const,
  parallel,
});
const newList = (cohortId: string, slides: readonly ListedSlide[], parallel = 4): Promise<CohortRecord> =>
  storeList(store, settingsOf(cohortId, parallel), slides);

const mark = (what: 'hold' | 'broken', name: string) => store.put(`tiny/${what}/${name}`, Buffer.from('x'));
const unmark = (what: 'hold' | 'broken', name: string) => store.delete(`tiny/${what}/${name}`);

const until = (cohortId: string, isSo: (progress: CohortProgress) => boolean): Promise<CohortProgress> =>
  vi.waitFor(
    async () => {
      const progress = await cohorts.progress(cohortId);
      if (!isSo(progress)) throw new Error(`not yet: ${JSON.stringify(progress)}`);
      return progress;
    },
    { timeout: 240_000, interval: 100 },
  );
const untilEnded = (cohortId: string) => until(cohortId, ({ state }) => state.kind !== 'running');
const outcomeOf = async (cohortId: string, name: string): Promise<SlideRecord> =>
  SlideRecord.parse(JSON.parse(Buffer.from(await store.get(outcomeKey(cohortId, idOf(name)))).toString()));

/** How often each run of these names was started, as the server knows it. */
async function executionsOf(query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of link.client.workflow.list({ query })) found.push(workflowId);
  return found;
}
const startsOf = (names: readonly string[]): Promise<number[]> =>
  vi.waitFor(async () => {
    const all = await executionsOf(`WorkflowType = '${SEGMENT_SLIDE}'`);
    return names.map((name) => all.filter((id) => id === workflowIdOf(idOf(name))).length);
  });

describe('a cohort of 300 slides', () => {
  const names = Array.from({ length: 300 }, (_, index) => `large-${index}.svs`);

  it('runs each once although its worker is killed in the middle; a broken and a refused slide stop nobody', async () => {
    await mark('broken', 'large-7.svs');
    // Under way when the worker is killed, however fast the others are.
    await mark('hold', 'large-100.svs');
    const record = await newList('large', [refused('none.svs'), ...names.map(listed)], 20);
    expect(await cohorts.start(startOf(record))).toBe('started');
    await until('large', ({ counts }) => counts.done >= 120);
    await killWorker();
    const seen = await cohorts.progress('large');
    expect(seen).toMatchObject({ state: { kind: 'running' }, total: 301, label: 'large' });
    expect(seen.running.length).toBeGreaterThan(0);
    expect(await cohorts.start(startOf(record))).toBe('attached');
    await unmark('hold', 'large-100.svs');
    await startWorker();
    const ended = await untilEnded('large');
    expect(ended.state).toEqual({ kind: 'finished' });
    expect(ended.counts).toMatchObject({ done: 299, failed: 1, refused: 1, cancelled: 0 });
    expect(await store.list(outcomesPrefix('large'))).toHaveLength(300);
    expect(await outcomeOf('large', 'large-7.svs')).toMatchObject({
      outcome: 'failed',
      error: { code: 'slide-truncated', message: 'large-7.svs is cut off.' },
    });
    expect((await startsOf(names)).filter((starts) => starts !== 1)).toEqual([]);
  });

  it('hands on from execution to execution, none of them large', async () => {
    const query = `WorkflowType = '${SEGMENT_COHORT}' AND WorkflowId = '${cohortWorkflowIdOf('large')}'`;
    const lengths: number[] = [];
    for await (const { historyLength = 0 } of link.client.workflow.list({ query })) lengths.push(historyLength);
    expect(lengths.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...lengths)).toBeLessThan(3_000);
  });

  it('is listed once', async () => {
    const found = (await cohorts.list(20)).filter(({ cohortId }) => cohortId === 'large');
    expect(found).toMatchObject([{ state: { kind: 'finished' }, counts: { done: 299 } }]);
  });

  it('started again runs only what has no results', async () => {
    await unmark('broken', 'large-7.svs');
    const before = (await cohorts.progress('large')).attempt;
    const record = await newList('large', [refused('none.svs'), ...names.map(listed)], 20);
    expect(await cohorts.start(startOf(record))).toBe('started');
    const ended = await untilEnded('large');
    expect(ended.counts).toMatchObject({ done: 300, failed: 0, refused: 1 });
    expect(ended.attempt).not.toBe(before);
    const starts = await startsOf(names);
    expect(starts.filter((count) => count !== 1)).toEqual([2]);
    expect(starts[7]).toBe(2);
  });
});

describe('runs that the cohort has not started', () => {
  it('are waited for while they are under way, and count', async () => {
    await mark('hold', 'alone.svs');
    await runs.start(idOf('alone.svs'), specOf('alone.svs'), 'routine');
    const names = ['alone.svs', 'beside.svs'];
    await cohorts.start(startOf(await newList('beside', names.map(listed))));
    const waiting = await until('beside', ({ counts, running }) => counts.done === 1 && running.length === 1);
    expect(waiting.running).toEqual([idOf('alone.svs')]);
    await unmark('hold', 'alone.svs');
    expect((await untilEnded('beside')).counts).toMatchObject({ done: 2 });
    expect(await startsOf(names)).toEqual([1, 1]);
  });

  it('are not started where their report lies in the store', async () => {
    const report = sampleReport({ runId: idOf('forgotten.svs'), outcome: 'needs-review' });
    await store.put(resultKey(report.runId, RESULT_FILES.report), Buffer.from(JSON.stringify(report)));
    await cohorts.start(startOf(await newList('forgotten', [listed('forgotten.svs')])));
    expect((await untilEnded('forgotten')).counts).toMatchObject({ 'needs-review': 1 });
    expect(await startsOf(['forgotten.svs'])).toEqual([0]);
    expect(await outcomeOf('forgotten', 'forgotten.svs')).toMatchObject({ figures: { cells: { tissue: 9 } } });
  });

  it('are done anew where they have finished and their results were deleted', async () => {
    await cohorts.start(startOf(await newList('deleted', [listed('deleted.svs')])));
    await untilEnded('deleted');
    await store.delete(resultKey(idOf('deleted.svs'), RESULT_FILES.report));
    await cohorts.start(startOf(await newList('deleted', [listed('deleted.svs')])));
    expect((await untilEnded('deleted')).counts).toMatchObject({ done: 1 });
    expect(await startsOf(['deleted.svs'])).toEqual([2]);
  });
});

describe('cancel', () => {
  it('ends the runs that it has started, in whichever execution, and no other', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `cancelled-${index}.svs`);
    const held = ['cancelled-0.svs', 'cancelled-129.svs', 'other.svs'];
    for (const name of held) await mark('hold', name);
    await runs.start(idOf('other.svs'), specOf('other.svs'), 'routine');
    await cohorts.start(startOf(await newList('cancelled', ['other.svs', ...names].map(listed), 10)));
    await until('cancelled', ({ counts, running }) => counts.done === 128 && running.length === 3);
    await cohorts.cancel('cancelled');
    const ended = await untilEnded('cancelled');
    expect(ended.state).toEqual({ kind: 'cancelled' });
    for (const name of ['cancelled-0.svs', 'cancelled-129.svs']) {
      expect((await runs.progress(idOf(name))).state).toEqual({ kind: 'cancelled' });
      expect(await outcomeOf('cancelled', name)).toMatchObject({ outcome: 'cancelled' });
    }
    expect((await runs.progress(idOf('other.svs'))).state).toMatchObject({ kind: 'running' });
    for (const name of held) await unmark('hold', name);
    await runs.result(idOf('other.svs'));
    await cohorts.cancel('cancelled');
    await expect(cohorts.cancel('nobody')).rejects.toMatchObject({ code: 'cohort-missing' });
  });
});

describe('a watched prefix', () => {
  const put = (name: string, text = name) => store.put(`watched/${name}`, Buffer.from(text));
  const runsOfWatch = async (): Promise<string[]> =>
    (await store.list(outcomesPrefix('watch'))).map(({ key }) => key).toSorted();

  it('runs each slide that appears once, one that is replaced anew, and goes on after its worker was killed', async () => {
    await put('a.svs');
    await put('notes.txt');
    const record = await storeRecord(store, {
      schema: 'h2g-cohort/1',
      ...settingsOf('watch', 2),
      source: { kind: 'watch', prefix: 's3://h2g/watched/', everyMs: 200 },
    });
    expect(await cohorts.start(startOf(record))).toBe('started');
    await until('watch', ({ counts }) => counts.done === 1);
    await put('b.svs');
    await until('watch', ({ counts }) => counts.done === 2);
    await killWorker();
    await put('c.svs');
    await startWorker();
    await until('watch', ({ counts }) => counts.done === 3);
    await put('a.svs', 'another content');
    const progress = await until('watch', ({ counts }) => counts.done === 4);
    expect(progress).toMatchObject({ state: { kind: 'running' }, total: undefined });
    expect(await runsOfWatch()).toHaveLength(4);
  });

  it('does not try what failed until it is told to forget it', async () => {
    await mark('broken', 'd.svs');
    await put('d.svs');
    await until('watch', ({ counts }) => counts.failed === 1);
    const known = await runsOfWatch();
    await unmark('broken', 'd.svs');
    await put('e.svs');
    await until('watch', ({ counts }) => counts.done === 5);
    expect((await cohorts.progress('watch')).counts.failed).toBe(1);
    const failed: string[] = [];
    for (const key of known)
      if (
        Buffer.from(await store.get(key)).includes('"failed"') &&
        !Buffer.from(await store.get(key)).includes('figures')
      )
        failed.push(key);
    expect(failed).toHaveLength(1);
    await store.delete(failed[0] ?? '');
    await cohorts.forgetOutcomes('watch', { failed: 1 });
    expect((await until('watch', ({ counts }) => counts.done === 6)).counts.failed).toBe(0);
  });

  it('ends when it is cancelled, and nothing of it is left', async () => {
    await cohorts.cancel('watch');
    expect((await untilEnded('watch')).state).toEqual({ kind: 'cancelled' });
  });
});
