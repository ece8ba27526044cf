import { describe, expect, it } from 'vitest';
import { emptyHeatmap } from '../../../domain/heatmap.ts';
import { makeReport } from '../../../domain/make-report.ts';
import type { Gathered } from '../../../domain/gathered.ts';
import { Plan } from '../../../domain/plan.ts';
import { Report as StoredReport, type Report } from '../../../domain/report.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { resolveScale } from '../../../domain/scale.ts';
import type { StatedScale } from '../../../domain/slide-info.ts';
import { sampleReport } from '../apps/sample-report.ts';
import { planOfOneSlide } from './plan-of-one-slide.ts';

/** The report of a slide without failures, from its plan as it is read back from the store. */
function reportOf(
  plan: Plan,
  options = DEFAULT_OPTIONS,
  failures: Gathered['failures'] = [],
  url = 'file:///slide.svs',
): Report {
  const { stages, bytes, provenance, bundle } = sampleReport();
  return makeReport({
    plan: Plan.parse(JSON.parse(JSON.stringify(plan))),
    spec: {
      slide: { url, name: 'slide.svs', sizeBytes: 1, version: 'v1' },
      bundle: { ...bundle, url: 'file:///bundle/' },
      options,
    },
    heatmap: emptyHeatmap(plan.grid),
    mask: { widthPx: 1, heightPx: 1, data: new Uint8Array(1) },
    gathered: { schema: 'h2g-scores/1', runId: 'r1', batches: [], failures, provider: 'cpu', workers: [], bytes },
    stages,
    bytes,
    provenance,
  });
}

const warningsFor = (stated: StatedScale, given: number | null): Report['warnings'] =>
  reportOf(planOfOneSlide(resolveScale(stated, given))).warnings;

const mpp = (x: number, y = x): StatedScale => ({ kind: 'mpp', x, y });
const x20: StatedScale = { kind: 'magnification', magnification: 20 };

describe('the warnings of a report', () => {
  it.each<[string, StatedScale, RegExp]>([
    ['states', mpp(0.499), /slide states 0\.499 um\/px, but 1 um\/px was given/],
    ['implies', x20, /magnification implies 0\.5 um\/px, but 1 um\/px was given/],
    ['states of one axis', mpp(1, 1.02), /states 1 x 1\.02 um\/px, but 1 um\/px was given/],
    ['states and nobody believes', mpp(0), /states 0 um\/px, but 1 um\/px was given/],
  ])('name a given scale and what the slide %s', (_, stated, message) => {
    expect(warningsFor(stated, 1)).toEqual([{ code: 'scale-overruled', message: expect.stringMatching(message) }]);
  });

  it.each<[string, StatedScale, number | null]>([
    ['a given scale within 1 % of the stated one', mpp(1.009), 1],
    ['a given scale within 1 % of the magnification’s', { kind: 'magnification', magnification: 10 }, 0.991],
    ['a given scale where the slide states none', { kind: 'none' }, 1],
    ['a stated scale', mpp(1), null],
  ])('do not name %s', (_, stated, given) => {
    expect(warningsFor(stated, given)).toEqual([]);
  });

  it('call an assumed scale assumed, not overruled', () => {
    expect(warningsFor(x20, null)).toMatchObject([{ code: 'scale-assumed' }]);
  });

  it('take a plan of an older version, which does not say what the slide stated', () => {
    expect(reportOf(planOfOneSlide({ mpp: 1, scale: 'given' })).warnings).toEqual([]);
  });

  it.each([
    [0.99, /Coverage is 83\.33 %, below the 99 % asked for/],
    [0.8, /Coverage is 83\.33 %, not below the 80 % asked for/],
  ])('say how many cells failed, why, and what that is against a policy of %d', (minCoverage, says) => {
    const failures = [{ cell: [1, 0] as [number, number], batch: 0, reason: 'torn tile.', attempts: 4, worker: 'w' }];
    const [warning] = reportOf(planOfOneSlide(), { ...DEFAULT_OPTIONS, minCoverage }, failures).warnings;
    expect(warning?.code).toBe('cells-failed');
    expect(warning?.message).toMatch(/^1 of 6 tissue cells .* the first, column 1 row 0: torn tile\. Coverage/);
    expect(warning?.message).toMatch(says);
    expect(warning?.message).toMatch(/h2g quarantine replay r1$/);
  });

  const DAMAGED = 'slide.svs has a damaged tile: tile 7 of level 0 (at 512, 256): no JPEG.';
  it.each([
    ['file:///slide.svs', [DAMAGED, DAMAGED], /copy the slide again .* run it anew\.$/],
    ['s3://h2g/slides/slide.svs', [DAMAGED], /copy the slide again .* run it anew\.$/],
    ['file:///slide.svs', [DAMAGED, 'three workers died of it'], /h2g quarantine replay r1$/],
    ['https://site/slide.svs', [DAMAGED], /h2g quarantine replay r1$/],
  ])('advise what can help a slide at %s whose cells failed since %j', (url, reasons, advice) => {
    const failures = reasons.map((reason, row) => ({
      cell: [1, row] as [number, number],
      batch: 0,
      reason,
      attempts: 4,
      worker: 'w',
    }));
    expect(reportOf(planOfOneSlide(), DEFAULT_OPTIONS, failures, url).warnings[0]?.message).toMatch(advice);
  });
});

describe('a stored report', () => {
  it('of before there was a choice has the default policy', () => {
    const { minCoverage: _, ...options } = sampleReport().options;
    expect(StoredReport.parse({ ...sampleReport(), options }).options.minCoverage).toBe(0.99);
    expect(() => StoredReport.parse({ ...sampleReport(), options: { ...options, minCoverage: 1.1 } })).toThrow();
  });
});
