import { describe, expect, it } from 'vitest';
import { countSlides, cutPages, markRepeated } from '../../../domain/cohort-pages.ts';
import type { ListedSlide } from '../../../domain/cohort.ts';
import type { Lane } from '../../../domain/run-spec.ts';

const slide = (runId: string, { lane, key = runId }: { lane?: Lane; key?: string } = {}): ListedSlide => ({
  asked: runId,
  run: {
    runId,
    slide: { url: `s3://h2g/${key}`, name: runId, sizeBytes: 1, version: 'v' },
    ...(lane === undefined ? {} : { lane }),
  },
});
const refused: ListedSlide = { asked: 'x', error: { code: 'usage', message: 'm', hint: 'h' } };

describe('cutPages', () => {
  it('keeps the order, a hundred a page', () => {
    const slides = Array.from({ length: 250 }, (_, index) => slide(`r${index}`));
    const pages = cutPages(slides, 'routine');
    expect(pages.map((page) => page.slides.length)).toEqual([100, 100, 50]);
    expect(pages.flatMap((page) => page.slides)).toEqual(slides);
  });

  it('never makes a page that Temporal would refuse, however long the keys are', () => {
    const slides = Array.from({ length: 100 }, (_, index) => slide(`r${index}`, { key: 'k'.repeat(3_000) }));
    for (const page of cutPages(slides, 'routine')) expect(JSON.stringify(page).length).toBeLessThan(64_000);
  });

  it('puts higher lanes first; a line without a lane has the cohort’s', () => {
    const slides = [slide('a', { lane: 'research' }), slide('b'), slide('c', { lane: 'stat' }), slide('d')];
    const order = (lane: Lane) => cutPages(slides, lane).flatMap((page) => page.slides.map(({ asked }) => asked));
    expect(order('routine')).toEqual(['c', 'b', 'd', 'a']);
    expect(order('stat')).toEqual(['b', 'c', 'd', 'a']);
  });
});

describe('a run that stands in a list twice', () => {
  it('is run and counted once', () => {
    const slides = markRepeated([slide('a'), refused, slide('a'), slide('b')]);
    expect(slides.map(({ run }) => run?.repeated)).toEqual([undefined, undefined, true, undefined]);
    expect(countSlides(slides)).toBe(3);
  });
});
