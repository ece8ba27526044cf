import { describe, expect, it } from 'vitest';
import { CohortBoard, cohortLines } from '../../../apps/cli/cohort/cohort-board.ts';
import {
  countsText,
  describeCohortState,
  describeSettled,
  exitCodeOfCounts,
  slidesPerSecond,
  standingsText,
} from '../../../apps/cli/cohort/describe-cohort.ts';
import { findCohortId } from '../../../apps/cli/cohort/find-cohort.ts';
import { lookAtRuns } from '../../../apps/cli/cohort/look-at-runs.ts';
import { H2gError } from '../../../domain/error.ts';
import { NO_OUTCOMES, addCounts, settledCount, workedCount } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { RunProgress } from '../../../platform/run-client.ts';
import { cohortIdOf, watchIdOf } from '../../../platform/digest.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { fakeOutput } from './fake-output.ts';

const counts = addCounts(NO_OUTCOMES, { done: 7, failed: 1, refused: 2 });

describe('what is said of a cohort', () => {
  it('is how many are settled, how long it will take, and what is not simply done', () => {
    expect(describeSettled({ counts, total: 40 }, 0.5)).toBe('10 of 40 slides settled, about 1 min 0 s left');
    expect(describeSettled({ counts, total: 10 }, 0.5)).toBe('10 of 10 slides settled');
    expect(describeSettled({ counts, total: 4_000 })).toBe('10 of 4,000 slides settled');
    expect(countsText(counts)).toBe('7 done, 1 failed, 2 refused');
    expect(standingsText(['not-run', 'done', 'unfinished', 'done'])).toBe('2 done, 1 not run, 1 unfinished');
  });

  it('is of a watch no share, and that it watches only while it does', () => {
    const one = addCounts(NO_OUTCOMES, { done: 1 });
    expect(describeSettled({ counts, total: undefined })).toBe('10 slides settled');
    expect(describeSettled({ counts: one, total: undefined })).toBe('1 slide settled');
    expect(describeCohortState({ state: { kind: 'running' }, total: undefined })).toBe('watching');
    expect(describeCohortState({ state: { kind: 'running' }, total: 3 })).toBe('under way');
    expect(describeCohortState({ state: { kind: 'cancelled' }, total: undefined })).toBe('cancelled');
  });

  it('counts never go below nothing', () => {
    expect(settledCount(addCounts(counts, { failed: 3 }, -1))).toBe(9);
  });

  it.each([
    [{ done: 3, 'no-tissue': 1 }, 0],
    [{ done: 3, 'needs-review': 1 }, 4],
    [{ refused: 1, 'needs-review': 1 }, 2],
    [{ failed: 1, refused: 1 }, 3],
    [{ cancelled: 1 }, 3],
  ])('%j ends with exit code %d', (some, code) => {
    expect(exitCodeOfCounts(addCounts(NO_OUTCOMES, some))).toBe(code);
  });
});

describe('how fast slides are settled', () => {
  const run = (paused: boolean): RunProgress => ({
    runId: 'r',
    slideName: 'a.svs',
    lane: 'routine',
    state: { kind: 'running', stage: 'detecting', paused },
    cells: { done: 0, total: 0, failed: 0 },
    startedAt: new Date(0),
    closedAt: undefined,
  });
  const pace = { worked: 8, seconds: 4 };

  it('leaves out those that were refused, which took no time', () => {
    expect(workedCount(counts)).toBe(8);
    expect(slidesPerSecond(pace, [run(false)])).toBe(2);
    expect(slidesPerSecond({ ...pace, worked: 0 }, [run(false)])).toBeUndefined();
  });

  it('is not known while all that is under way is paused', () => {
    expect(slidesPerSecond(pace, [run(true), run(true)])).toBeUndefined();
    expect(slidesPerSecond(pace, [run(true), run(false)])).toBe(2);
    expect(slidesPerSecond(pace, [])).toBe(2);
  });
});

describe('the board', () => {
  const line = (name: string) => ({ name, progress: { kind: 'preparing', doing: 'x' } as const });

  it('shows slides under way as far as they fit, and one line for all', () => {
    const under = ['a', 'b', 'c', 'd'].map(line);
    expect(cohortLines({ under, summary: '1 of 2 slides', share: 0.5 }, 6)).toEqual([
      'a  x',
      'b  x',
      'c  x',
      '… and 1 more under way',
      `${'█'.repeat(12)}${'░'.repeat(12)}  1 of 2 slides`,
    ]);
    expect(cohortLines({ under: [], summary: 'watching', share: undefined }, 6)).toEqual(['watching']);
  });

  it('says the summary alone where nothing can be redrawn, and not often', () => {
    const output = fakeOutput();
    let nowMs = 0;
    const board = new CohortBoard(output, () => nowMs);
    const say = (summary: string): void => board.show({ under: [line('a')], summary, share: 0 });
    say('1 of 9');
    say('2 of 9');
    nowMs = 6_000;
    say('3 of 9');
    nowMs = 12_000;
    say('3 of 9');
    nowMs = 67_000;
    say('3 of 9');
    expect(output.noted).toEqual(['1 of 9', '3 of 9', '3 of 9']);
  });
});

describe('ids', () => {
  const bundle = { id: 'b', version: '1', digest: 'd', url: 's3://h2g/b/' };

  it('of cohorts follow from the runs, in whatever order', () => {
    expect(cohortIdOf(['a', 'b'])).toMatch(/^[0-9a-f]{20}$/);
    expect(cohortIdOf(['a', 'b'])).toBe(cohortIdOf(['a', 'b']));
    expect(cohortIdOf(['a', 'b'])).toBe(cohortIdOf(['b', 'a']));
    expect(cohortIdOf(['a', 'b'])).not.toBe(cohortIdOf(['a', 'b', 'b']));
  });

  it('of watches follow from prefix, bundle and options, not from where the bundle lies', () => {
    const watch = (href: string, more: object = {}) =>
      watchIdOf(new URL(href), { bundle, options: DEFAULT_OPTIONS, ...more });
    expect(watch('s3://h2g/in/')).toBe(watch('s3://h2g/in/', { bundle: { ...bundle, url: 's3://elsewhere/b/' } }));
    expect(watch('s3://h2g/in/')).not.toBe(watch('s3://h2g/out/'));
    expect(watch('s3://h2g/in/')).not.toBe(watch('s3://h2g/in/', { options: { ...DEFAULT_OPTIONS, mpp: 0.5 } }));
  });
});

describe('findCohortId', () => {
  const cohort = (cohortId: string): CohortProgress => ({
    cohortId,
    label: 'scans/',
    lane: 'routine',
    state: { kind: 'running' },
    attempt: 'x',
    total: 1,
    counts: NO_OUTCOMES,
    running: [],
    trouble: undefined,
    startedAt: new Date(0),
    closedAt: undefined,
  });
  const cohorts = { list: async () => ['abcd00', 'abce00'].map(cohort) };

  it('takes the beginning of an id, or the whole of one that may be forgotten', async () => {
    expect(await findCohortId(cohorts, 'ABCD')).toBe('abcd00');
    expect(await findCohortId(cohorts, 'cohort/abce')).toBe('abce00');
    expect(await findCohortId(cohorts, '0123456789abcdef0123')).toBe('0123456789abcdef0123');
  });

  it('asks for more where several begin so, and names what is not there', async () => {
    await expect(findCohortId(cohorts, 'abc')).rejects.toMatchObject({ code: 'usage' });
    for (const text of ['', 'ff'])
      await expect(findCohortId(cohorts, text)).rejects.toMatchObject({ code: 'cohort-missing' });
  });
});

describe('a child that its cohort names before the server knows it', () => {
  const failing = (code: 'run-missing' | 'control-unreachable') => ({
    progress: () => Promise.reject(new H2gError({ code, message: 'm', hint: 'h' })),
  });

  it('is left out of what is shown, and every other error is not', async () => {
    expect(await lookAtRuns(failing('run-missing'), ['a'])).toEqual([]);
    await expect(lookAtRuns(failing('control-unreachable'), ['a'])).rejects.toMatchObject({
      code: 'control-unreachable',
    });
  });
});
