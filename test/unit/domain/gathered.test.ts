import { describe, expect, it } from 'vitest';
import { assembleHeatmap, failedBatches, gather, mend, type BatchScores } from '../../../domain/gathered.ts';
import { CELL_STATUS } from '../../../domain/heatmap.ts';
import { makeReport, outcomeOf } from '../../../domain/make-report.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { planOfOneSlide } from './plan-of-one-slide.ts';

const scored = (scores: (number | null)[], worker = 'w1'): BatchScores => ({
  kind: 'scored',
  runId: 'r1',
  batch: 0,
  worker,
  scores,
  failed: scores.flatMap((score, i) =>
    score === null ? [{ cell: [i, 0] as [number, number], reason: 'torn tile', attempts: 4 }] : [],
  ),
  provider: 'cpu',
  seconds: 1,
  bytes: { needed: 10, read: 12 },
});

describe('a run’s scores', () => {
  const plan = planOfOneSlide();

  it('plans the tissue cells and no others', () => {
    expect(plan.grid).toEqual({ columns: 4, rows: 2 });
    expect(plan.batches).toEqual([
      [
        [0, 0],
        [1, 0],
        [2, 0],
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    ]);
    expect(plan.tissue).toEqual({ cells: 6, areaMm2: (96 * 64 * 64) / 1e6 });
  });

  it('become a heatmap with the status of every cell', () => {
    const gathered = gather(plan, new Map([[0, scored([0.5, 0.25, null, 1, 0, 0.75])]]));
    const heatmap = assembleHeatmap(plan, (batch) => gathered.batches[batch]);
    expect([...heatmap.scores]).toEqual([0.5, 0.25, 0, 0, 1, 0, 0.75, 0]);
    const { glass, analysed, failed } = CELL_STATUS;
    expect([...heatmap.status]).toEqual([analysed, analysed, failed, glass, analysed, analysed, analysed, glass]);
    expect(gathered).toMatchObject({ provider: 'cpu', workers: ['w1'], bytes: { needed: 10, read: 12 } });
  });

  it('name no provider for a batch whose every cell failed', () => {
    const plan2 = { ...plan, batches: [...plan.batches, ...plan.batches] };
    const lost = { ...scored(Array.from({ length: 6 }, () => null)), provider: 'none' };
    expect(
      gather(
        plan2,
        new Map([
          [0, scored([0, 0, 0, 0, 0, 0])],
          [1, lost],
        ]),
      ).provider,
    ).toBe('cpu');
    expect(gather(plan, new Map([[0, lost]])).provider).toBe('none');
  });

  it('are refused while a batch is missing or has too few: a hole must never look like glass', () => {
    expect(() => gather(plan, new Map())).toThrow(/batch 0 has no scores/);
    expect(() => gather(plan, new Map([[0, scored([0.5])]]))).toThrow(/batch 0/);
  });

  it('give the report its counts, areas and warnings', () => {
    const gathered = gather(plan, new Map([[0, scored([0.5, 0.25, null, 1, 0, 0.75])]]));
    const report = makeReport({
      plan,
      spec: {
        slide: { url: plan.slide.url, name: 'slide.svs', sizeBytes: 1, version: 'v1' },
        bundle: { id: 'b', version: '1', digest: 'd', url: 'file:///b/' },
        options: DEFAULT_OPTIONS,
      },
      heatmap: assembleHeatmap(plan, (batch) => gathered.batches[batch]),
      mask: { widthPx: 256, heightPx: 128, data: new Uint8Array(256 * 128).fill(1, 0, 6144) },
      gathered,
      stages: { plan: 1, detect: 2, refine: 3, deliver: 4 },
      bytes: { needed: 1, read: 2 },
      provenance: { slide: '', options: '', software: '', versions: {}, provider: 'cpu', workers: [] },
    });
    expect(report).toMatchObject({
      outcome: 'needs-review',
      cells: { tissue: 6, analysed: 5, failed: 1 },
      coverage: 5 / 6,
      tumourAreaMm2: (6144 * 16) / 1e6,
      tumourShare: 0.25,
      warnings: [{ code: 'cells-failed', message: expect.stringContaining('torn tile') }],
    });
  });

  it('decide the outcome', () => {
    const outcome = (tissue: number, failed: number, minCoverage = 0.99): string =>
      outcomeOf({ tissue, failed }, { minCoverage });
    expect(outcome(0, 0)).toBe('no-tissue');
    expect(outcome(5, 0)).toBe('done');
    expect(outcome(100, 1)).toBe('done');
    expect(outcome(100, 2)).toBe('needs-review');
    expect(outcome(199, 2)).toBe('needs-review');
    expect(outcome(5, 4)).toBe('needs-review');
    expect(outcome(5, 4, 0.2)).toBe('done');
    expect(outcome(5, 1, 1)).toBe('needs-review');
    expect(outcome(5, 0, 1)).toBe('done');
    expect(outcome(5, 5, 0)).toBe('failed');
  });
});

describe('a run whose failed cells are tried again', () => {
  const one = planOfOneSlide();
  const plan = { ...one, batches: one.batches.flatMap((cells) => [cells.slice(0, 3), cells.slice(3)]) };
  const before = gather(
    plan,
    new Map([
      [0, scored([0.5, null, null])],
      [1, scored([1, 0, 0.75])],
    ]),
  );

  it('are those of batches with a failed cell', () => {
    expect([...failedBatches(before)]).toEqual([0]);
  });

  it('has the new scores of these batches and all others as they were', () => {
    const after = mend(before, new Map([[0, scored([0.5, 0.25, 0.125], 'w2')]]));
    expect(after.batches).toEqual([
      [0.5, 0.25, 0.125],
      [1, 0, 0.75],
    ]);
    expect(after).toMatchObject({ failures: [], provider: 'cpu', workers: ['w1', 'w2'] });
    expect(after.bytes).toEqual({ needed: 30, read: 36 });
  });

  it('counts all attempts of a cell that fails again, and loses no score that it had', () => {
    const after = mend(before, new Map([[0, scored([null, 0.25, null], 'w2')]]));
    expect(after.batches[0]).toEqual([0.5, 0.25, null]);
    expect(after.failures).toEqual([{ cell: [2, 0], batch: 0, reason: 'torn tile', attempts: 8, worker: 'w2' }]);
  });

  it('is as it was where nothing is mended, but for the attempts', () => {
    const after = mend(before, new Map([[0, scored([0.5, null, null])]]));
    expect(after.batches).toEqual(before.batches);
    expect(after.failures.map(({ attempts }) => attempts)).toEqual([8, 8]);
  });
});
