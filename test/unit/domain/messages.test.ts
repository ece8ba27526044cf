import { describe, expect, it } from 'vitest';
import { AttemptBegun } from '../../../domain/attempt-begun.ts';
import { Scores, TileBatch } from '../../../domain/messages.ts';

const batch: TileBatch = {
  runId: 'run',
  batch: 3,
  attempt: 0,
  mode: 'whole',
  slide: { url: 's3://h2g/slides/a.svs', version: 'etag' },
  bundle: { id: 'baseline', version: '1', digest: 'abcdef01', url: 's3://h2g/bundles/baseline/' },
  level: 0,
  cellPx: 256,
  cells: [[0, 0]],
};
const head = { runId: 'run', batch: 3, worker: 'w1' };
const words: Scores[] = [
  {
    kind: 'scored',
    ...head,
    scores: [0.5, null],
    failed: [{ cell: [1, 0], reason: 'torn', attempts: 4 }],
    provider: 'cpu',
    seconds: 1,
    bytes: { needed: 1, read: 2 },
  },
  { kind: 'attempt-failed', ...head, attempt: 1, reason: 'torn' },
  { kind: 'delayed', ...head, reason: 'the store is away' },
  { kind: 'run-failed', ...head, error: { code: 'slide-changed', message: 'replaced', hint: 'again' } },
];
const attempt: AttemptBegun = {
  ...head,
  attempt: 0,
  crashes: 1,
  delays: 2,
  lost: [{ place: 2, worker: 'w2' }],
  begun: 'whole',
};

/** As a later version may write it: with one more field, wherever there are fields. */
function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, withMore(inner)] as const);
  return { ...Object.fromEntries(entries), addedLater: { by: 'a later version' } };
}

/** In mid-upgrade workers of two versions share the queue and the scores. */
describe('messages of a later version', () => {
  it('are read as far as they are known', () => {
    expect(TileBatch.parse(withMore(batch))).toEqual(batch);
    for (const word of words) expect(Scores.parse(withMore(word))).toEqual(word);
    expect(AttemptBegun.parse(withMore(attempt))).toEqual(attempt);
  });

  it('are refused where they mean something else, lest it be taken for what it is not', () => {
    expect(TileBatch.safeParse({ ...batch, mode: 'half' }).success).toBe(false);
    expect(Scores.safeParse({ ...words[0], kind: 'guessed' }).success).toBe(false);
  });
});
