import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createResultsCollector } from '../../../apps/cli/cohort/collect-results.ts';
import { lookAtCohort } from '../../../apps/cli/cohort/look-at-cohort.ts';
import { retryAnswer } from '../../../apps/cli/cohort/retry-answer.ts';
import { retryInWatch } from '../../../apps/cli/cohort/retry-in-watch.ts';
import { startListed } from '../../../apps/cli/cohort/start-listed.ts';
import { watchAnswer } from '../../../apps/cli/cohort/cohort-answer.ts';
import { writeTable } from '../../../apps/cli/write-table.ts';
import type { SegmentSettings } from '../../../apps/cli/run/segment-slide.ts';
import type { CohortRecord, ListedSlide } from '../../../domain/cohort.ts';
import { H2gError } from '../../../domain/error.ts';
import { cohortKey, cohortPageKey, outcomeKey } from '../../../domain/keys.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { addCounts, NO_OUTCOMES, type OutcomeCounts, type SlideOutcome } from '../../../domain/segment-cohort.ts';
import type { CohortClient, CohortProgress, CohortState } from '../../../platform/cohort-client.ts';
import { memoryStore } from './memory-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ID = 'c0';
const { signal } = new AbortController();

const slide = (runId: string): ListedSlide => ({
  asked: `${runId}.svs`,
  run: { runId, slide: { url: `s3://h2g/${runId}`, name: `${runId}.svs`, sizeBytes: 1, version: 'v' } },
});
const refused: ListedSlide = { asked: 'x.svs', error: { code: 'usage', message: 'No slide.', hint: 'h' } };

const recordOf = (kind: 'list' | 'watch', slides: number): CohortRecord => ({
  schema: 'h2g-cohort/1',
  cohortId: ID,
  label: 'scans/',
  bundle: { id: 'b', version: '1', digest: 'd'.repeat(64), url: 's3://h2g/b/' },
  options: DEFAULT_OPTIONS,
  lane: 'routine',
  parallel: 4,
  source:
    kind === 'list'
      ? { kind: 'list', pages: 1, slides }
      : { kind: 'watch', prefix: 's3://h2g/incoming/', everyMs: 10_000 },
});

const outcome = (runId: string, how: SlideOutcome, attempt = '1'): object => ({
  schema: 'h2g-slide-outcome/1',
  runId,
  attempt,
  outcome: how,
  warnings: [],
  ...(how === 'failed' ? { error: { code: 'slide-io', message: 'It broke off.', hint: 'h' } } : {}),
});

interface Stored {
  readonly kind?: 'list' | 'watch';
  readonly slides?: readonly ListedSlide[];
  readonly outcomes: Readonly<Record<string, object>>;
}

const storeWith = ({ kind = 'list', slides = ['a', 'b', 'c'].map(slide), outcomes }: Stored) =>
  memoryStore({
    [cohortKey(ID)]: JSON.stringify(recordOf(kind, slides.length)),
    [cohortPageKey(ID, 0)]: JSON.stringify({ schema: 'h2g-cohort-slides/1', slides }),
    ...Object.fromEntries(Object.entries(outcomes).map(([runId, one]) => [outcomeKey(ID, runId), JSON.stringify(one)])),
  });

const progress = (state: CohortState['kind'], more: Partial<CohortProgress> = {}): CohortProgress => ({
  cohortId: ID,
  label: 'scans/',
  lane: 'routine',
  state: state === 'failed' ? { kind: state, error: { code: 'internal', message: 'm', hint: 'h' } } : { kind: state },
  attempt: '1',
  total: 3,
  counts: NO_OUTCOMES,
  running: [],
  trouble: undefined,
  startedAt: new Date(0),
  closedAt: undefined,
  ...more,
});

const cohortsThatSay = (now: CohortProgress | undefined) => ({
  progress: async () => {
    if (now !== undefined) return now;
    throw new H2gError({ code: 'cohort-missing', message: 'm', hint: 'h' });
  },
});

describe('a cohort that is looked at', () => {
  it('has counts and slides that say the same, also where the control server has forgotten it', async () => {
    const store = storeWith({
      slides: [...['a', 'b', 'c'].map(slide), refused],
      outcomes: { a: outcome('a', 'done'), b: outcome('b', 'failed', '0') },
    });
    for (const now of [progress('cancelled'), undefined]) {
      const seen = await lookAtCohort({ cohorts: cohortsThatSay(now), store }, ID, signal);
      expect(seen.isKnown).toBe(now !== undefined);
      expect(seen.slides.map(({ standing }) => standing)).toEqual(['done', 'failed', 'not-run', 'refused']);
      expect(seen.cohort.counts).toMatchObject({ done: 1, failed: 1, refused: 1 });
    }
  });
});

describe('what the following command is told at the end', () => {
  const settingsOf = (store: SegmentSettings['backend']['store']) =>
    ({ signal, backend: { store } }) as unknown as SegmentSettings;

  it('is the same as every other view says: cancelled, or failed in an earlier attempt', async () => {
    const store = storeWith({ outcomes: { a: outcome('a', 'cancelled', '2'), b: outcome('b', 'failed', '1') } });
    const names = new Map(['a', 'b', 'c'].map((runId) => [runId, `${runId}.svs`]));
    const collector = createResultsCollector(ID, names, settingsOf(store));
    await collector.collect('2');
    expect([...collector.answers.keys()]).toEqual(['a']);
    await collector.collectRest('2');
    expect(Object.fromEntries(collector.answers)).toMatchObject({
      a: { error: { code: 'run-cancelled', message: 'a.svs was cancelled.' } },
      b: { error: { code: 'slide-io', message: 'It broke off.' } },
    });
    expect(collector.answers.has('c')).toBe(false);
  });
});

describe('retry-failed', () => {
  const seenOf = async (state: CohortState['kind'], outcomes: Stored['outcomes'], more: Partial<Stored> = {}) =>
    lookAtCohort({ cohorts: cohortsThatSay(progress(state)), store: storeWith({ outcomes, ...more }) }, ID, signal);

  it('ends as the slides did that it has tried again, and names them', async () => {
    const slides = [...['a', 'b', 'c'].map(slide), refused];
    const seen = await seenOf('finished', { a: outcome('a', 'done'), b: outcome('b', 'failed') }, { slides });
    expect(retryAnswer(seen, ['a'])).toMatchObject({
      exitCode: 0,
      json: {
        cohortId: ID,
        state: { kind: 'finished' },
        retried: [{ slide: 'a.svs', runId: 'a', outcome: 'done', error: null }],
      },
    });
    const both = retryAnswer(seen, ['a', 'b']);
    expect(both).toMatchObject({
      exitCode: 3,
      json: { retried: [{}, { slide: 'b.svs', outcome: 'failed', error: { code: 'slide-io' } }] },
    });
    expect(both.lines.slice(0, 2)).toEqual([
      `scans/ (cohort ${ID}): finished, 2 slides tried again`,
      '  1 done, 1 failed',
    ]);
  });

  it('that has nothing to do is done, with an answer of the same shape', async () => {
    const seen = await seenOf('finished', { a: outcome('a', 'done') }, { slides: [slide('a'), refused] });
    const answer = retryAnswer(seen, []);
    expect(answer).toMatchObject({ exitCode: 0, json: { cohortId: ID, state: { kind: 'finished' }, retried: [] } });
    expect(answer.lines).toEqual([
      `scans/ (cohort ${ID}): every slide that was run has a result, so none was tried again`,
      '  Slides that were refused are looked at again by h2g run.',
    ]);
  });

  it('that was cancelled is no success', async () => {
    const seen = await seenOf('cancelled', { a: outcome('a', 'done') });
    expect(retryAnswer(seen, ['a', 'c'])).toMatchObject({
      exitCode: 3,
      json: { retried: [{ outcome: 'done' }, { outcome: 'not-run' }] },
    });
  });
});

describe('retry-failed on a watch', () => {
  const watched = (state: 'running' | 'cancelled') => progress(state, { total: undefined });

  it('keeps how the slide had ended until its new run ends', async () => {
    const store = storeWith({ kind: 'watch', outcomes: { a: outcome('a', 'done'), b: outcome('b', 'failed') } });
    const forgotten: Partial<OutcomeCounts>[] = [];
    const cohorts = {
      ...cohortsThatSay(watched('running')),
      forgetOutcomes: async (_: string, gone: Partial<OutcomeCounts>) => void forgotten.push(gone),
    } as unknown as CohortClient;
    const seen = await lookAtCohort({ cohorts, store }, ID, signal);
    const answer = await retryInWatch(seen, { cohorts, store, ensureDetector: async () => undefined }, signal);
    expect(answer).toMatchObject({ exitCode: 0, json: { retried: [{ slide: 'b.svs', outcome: 'unfinished' }] } });
    expect(forgotten).toEqual([addCounts(NO_OUTCOMES, { failed: 1 })]);
    // What the watch finds no outcome of it runs.
    expect(await store.head(outcomeKey(ID, 'b'))).toBeUndefined();

    const standings = async () =>
      (await lookAtCohort({ cohorts: cohortsThatSay(watched('cancelled')), store }, ID, signal)).slides.map(
        ({ standing, record }) => [standing, record?.error?.message],
      );
    expect(await standings()).toEqual([
      ['done', undefined],
      ['failed', 'It broke off.'],
      ['not-run', undefined],
    ]);
    await store.put(outcomeKey(ID, 'b'), Buffer.from(JSON.stringify(outcome('b', 'done'))));
    expect((await standings())[1]).toEqual(['done', undefined]);
  });

  it('that has ended is refused', async () => {
    const store = storeWith({ kind: 'watch', outcomes: { b: outcome('b', 'failed') } });
    const cohorts = cohortsThatSay(watched('cancelled')) as unknown as CohortClient;
    const seen = await lookAtCohort({ cohorts, store }, ID, signal);
    await expect(
      retryInWatch(seen, { cohorts, store, ensureDetector: async () => undefined }, signal),
    ).rejects.toMatchObject({ code: 'usage' });
    expect(await store.head(outcomeKey(ID, 'b'))).toBeDefined();
  });
});

describe('a watch that was followed to its end', () => {
  it('ends as its slides did, cancelled or not', () => {
    const ended = (counts: Partial<OutcomeCounts>) =>
      watchAnswer(progress('cancelled', { total: undefined, counts: addCounts(NO_OUTCOMES, counts) }));
    expect(ended({ done: 1 })).toMatchObject({
      exitCode: 0,
      lines: [`scans/ (cohort ${ID}): cancelled, 1 slide settled`, '  1 done'],
    });
    expect(ended({ done: 1, cancelled: 1 }).exitCode).toBe(3);
  });
});

describe('the same slides again', () => {
  const settingsOf = (now: CohortProgress | undefined, again: boolean) => {
    const store = storeWith({ outcomes: { a: outcome('a', 'done') } });
    const said: string[] = [];
    const backend = {
      store,
      cohorts: { ...cohortsThatSay(now), start: async () => 'started' },
      ensureDetector: async () => undefined,
    };
    const { bundle, options } = recordOf('list', 3);
    const settings = { backend, bundle, options, again, note: (line: string) => said.push(line) };
    return { store, said, settings: settings as unknown as SegmentSettings };
  };
  const listed = (given: readonly string[] = []) => ({
    cohortId: ID,
    slides: ['a', 'b', 'c'].map((runId) => ({ name: `${runId}.svs`, listed: slide(runId), isDone: false })),
    request: { slides: ['scans/'], parallel: 4, given: new Set(given) },
  });

  it('done anew have no outcome of before', async () => {
    const anew = settingsOf(progress('finished'), true);
    await startListed(listed(), anew.settings);
    expect(await anew.store.head(outcomeKey(ID, 'a'))).toBeUndefined();
    const goingOn = settingsOf(progress('finished'), false);
    await startListed(listed(), goingOn.settings);
    expect(await goingOn.store.head(outcomeKey(ID, 'a'))).toBeDefined();
  });

  it('while they are under way say which flags are not applied', async () => {
    const { said, settings } = settingsOf(progress('running'), false);
    await startListed(listed(['--lane', '--parallel', '--mpp']), settings);
    expect(said.at(-1)).toBe(
      'It keeps what it was started with: --lane, --parallel are not applied; h2g set-lane moves single runs.',
    );
    const quiet = settingsOf(progress('running'), false);
    await startListed(listed(), quiet.settings);
    expect(quiet.said).toHaveLength(1);
  });
});

describe('the table', () => {
  it('makes its folder, and leaves nothing half written', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'deep/er/x.csv');
    await writeTable(path, 'a\r\n');
    expect(await readFile(path, 'utf8')).toBe('a\r\n');
    await mkdir(join(folder, 'taken'));
    await expect(writeTable(join(folder, 'taken'), 'a')).rejects.toMatchObject({ code: 'usage' });
    expect((await readdir(folder)).toSorted()).toEqual(['deep', 'taken']);
  });
});
