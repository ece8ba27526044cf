import { describe, expect, it } from 'vitest';
import { SettledBatches } from '../../../activities/settle-batches.ts';
import { tileBatch } from '../../../activities/make-batches.ts';
import type { BatchScores } from '../../../domain/gathered.ts';
import type { Scores } from '../../../domain/messages.ts';
import { DEFAULT_OPTIONS } from '../../../domain/run-spec.ts';
import { planOfOneSlide } from '../domain/plan-of-one-slide.ts';

const common = { runId: 'r1', worker: 'w1' };
const scored = (batch: number): Scores => ({
  ...common,
  kind: 'scored',
  batch,
  scores: [0.5, null],
  failed: [{ cell: [1, 0], reason: 'torn', attempts: 4 }],
  provider: 'cpu',
  seconds: 1,
  bytes: { needed: 1, read: 1 },
});

describe('SettledBatches', () => {
  it('hears the same twice without counting it twice', () => {
    const settled = new SettledBatches(2);
    settled.hear(scored(0));
    settled.hear(scored(0));
    expect(settled.cells).toEqual({ done: 2, failed: 1 });
    expect(settled.complete).toBe(false);
    expect(settled.silent).toEqual([1]);
    settled.hear(scored(1));
    expect(settled.complete).toBe(true);
  });

  it('has the next attempt due after one that failed, unless the batch was scored meanwhile', () => {
    const settled = new SettledBatches(2);
    settled.hear({ ...common, kind: 'attempt-failed', batch: 1, attempt: 0, reason: 'torn' });
    expect([...settled.due]).toEqual([[1, 1]]);
    settled.hear(scored(1));
    settled.hear({ ...common, kind: 'attempt-failed', batch: 1, attempt: 0, reason: 'torn' });
    expect([...settled.due]).toEqual([]);
  });

  it('counts what is kept of an earlier try, and waits for the rest', () => {
    const settled = new SettledBatches(2, [scored(0) as BatchScores]);
    expect(settled.cells).toEqual({ done: 2, failed: 1 });
    expect(settled.silent).toEqual([1]);
    settled.hear(scored(1));
    expect(settled.complete).toBe(true);
  });

  it('ends the run when no batch of it can succeed', () => {
    const error = { code: 'slide-changed', message: 'changed', hint: 'again' };
    expect(() => new SettledBatches(1).hear({ ...common, kind: 'run-failed', batch: 0, error })).toThrow(
      expect.objectContaining(error),
    );
  });
});

it('a batch is tried three times as a whole, then cell by cell', () => {
  const spec = {
    slide: { url: 'file:///slide.svs', name: 's', sizeBytes: 1, version: 'v1' },
    bundle: { id: 'b', version: '1', digest: 'd', url: 'file:///b/' },
    options: DEFAULT_OPTIONS,
  };
  const modes = [0, 1, 2, 3].map((attempt) => tileBatch(planOfOneSlide(), spec, { batch: 0, attempt }).mode);
  expect(modes).toEqual(['whole', 'whole', 'whole', 'cells']);
});
