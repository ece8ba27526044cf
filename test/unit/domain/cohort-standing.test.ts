import { describe, expect, it } from 'vitest';
import {
  countStandings,
  countWorked,
  standingsOf,
  withoutResult,
  type UnderWay,
} from '../../../domain/cohort-standing.ts';
import type { ListedSlide, SlideRecord } from '../../../domain/cohort.ts';
import type { SlideOutcome } from '../../../domain/segment-cohort.ts';

const slide = (runId: string, repeated?: true): ListedSlide => ({
  asked: `${runId}.svs`,
  run: {
    runId,
    slide: { url: `s3://h2g/${runId}`, name: runId, sizeBytes: 1, version: 'v' },
    ...(repeated === undefined ? {} : { repeated }),
  },
});
const refused: ListedSlide = { asked: 'x', error: { code: 'usage', message: 'm', hint: 'h' } };
const outcomes = (...records: [runId: string, outcome: SlideOutcome, attempt: string][]): Map<string, SlideRecord> =>
  new Map(
    records.map(([runId, outcome, attempt]) => [
      runId,
      { schema: 'h2g-slide-outcome/1', runId, attempt, outcome, warnings: [] },
    ]),
  );
const SLIDES = [slide('a'), slide('b'), slide('c'), refused, slide('a', true)];
const words = (known: Map<string, SlideRecord>, underWay?: UnderWay): string[] =>
  standingsOf(SLIDES, known, underWay).map(({ standing }) => standing);

describe('where the slides of a cohort stand', () => {
  it('once it has ended: as they have ended, or not run', () => {
    const known = outcomes(['a', 'done', '2'], ['b', 'failed', '1']);
    expect(words(known)).toEqual(['done', 'failed', 'not-run', 'refused', 'done']);
  });

  it('under way: what an earlier attempt has left is being tried again, and who is not known to run is unfinished', () => {
    const known = outcomes(['a', 'done', '2'], ['b', 'failed', '1']);
    const underWay = { attempt: '2', running: ['c'] };
    expect(words(known, underWay)).toEqual(['done', 'unfinished', 'running', 'refused', 'done']);
  });

  it('of a watch: what an earlier attempt has left holds', () => {
    const known = outcomes(['a', 'done', '2'], ['b', 'failed', '1']);
    expect(words(known, { attempt: undefined, running: [] })).toEqual([
      'done',
      'failed',
      'unfinished',
      'refused',
      'done',
    ]);
  });

  it('tells those that were run from those that were there', () => {
    const known = outcomes(['a', 'done', '2'], ['b', 'failed', '2'], ['c', 'done', '1']);
    const found = known.get('a');
    expect(countWorked(standingsOf(SLIDES, known, undefined), '2')).toBe(2);
    if (found !== undefined) known.set('a', { ...found, reused: true });
    expect(countWorked(standingsOf(SLIDES, known, undefined), '2')).toBe(1);
  });

  it('is counted once a slide, and so are those without a result', () => {
    const standings = standingsOf(SLIDES, outcomes(['a', 'failed', '1'], ['b', 'done', '1']), undefined);
    expect(countStandings(standings)).toMatchObject({ failed: 1, done: 1, refused: 1, cancelled: 0 });
    expect(withoutResult(standings).map((one) => [one.slide.asked, one.standing])).toEqual([
      ['a.svs', 'failed'],
      ['c.svs', 'not-run'],
      ['x', 'refused'],
    ]);
  });
});
