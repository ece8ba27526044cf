import { z } from 'zod';
import { addBytes } from './byte-source.ts';
import type { Grid } from './geometry.ts';
import { emptyHeatmap, setCell, type Heatmap } from './heatmap.ts';
import type { Scores } from './messages.ts';
import type { Plan } from './plan.ts';

const Cell = z.tuple([z.int().min(0), z.int().min(0)]);

/** A cell that could not be analysed: in which batch, why, after how many tries, and who said so. */
const Failure = z.object({
  cell: Cell,
  batch: z.int().min(0),
  reason: z.string(),
  attempts: z.int().positive(),
  worker: z.string(),
});
export type Failure = z.infer<typeof Failure>;

/** `work/scores.json`: all that detection found, in the plan's order of batches, so that its bytes do not depend on who came first. */
export const Gathered = z.object({
  schema: z.literal('h2g-scores/1'),
  runId: z.string(),
  /** Scores of each batch, null where a cell failed. */
  batches: z.array(z.array(z.number().nullable())),
  failures: z.array(Failure),
  provider: z.string(),
  workers: z.array(z.string()),
  bytes: z.object({ needed: z.int(), read: z.int() }),
});
export type Gathered = z.infer<typeof Gathered>;

export type BatchScores = Extract<Scores, { kind: 'scored' }>;

/** @param scored one message for every batch of the plan */
export function gather(plan: Plan, scored: ReadonlyMap<number, BatchScores>): Gathered {
  const inOrder = plan.batches.map((cells, batch) => {
    const scores = scored.get(batch);
    if (scores?.scores.length !== cells.length)
      throw new Error(`batch ${batch} has no scores for its ${cells.length} cells`);
    return scores;
  });
  return {
    schema: 'h2g-scores/1',
    runId: plan.runId,
    batches: inOrder.map(({ scores }) => scores),
    failures: inOrder.flatMap(({ failed, worker }, batch) => failed.map((failure) => ({ ...failure, batch, worker }))),
    // A batch whose every cell failed has none.
    provider: distinct(inOrder.map(({ provider }) => provider).filter((name) => name !== 'none')).join('+') || 'none',
    workers: distinct(inOrder.map(({ worker }) => worker)),
    bytes: {
      needed: inOrder.reduce((sum, { bytes }) => sum + bytes.needed, 0),
      read: inOrder.reduce((sum, { bytes }) => sum + bytes.read, 0),
    },
  };
}

/** Batches with a cell that failed. */
export const failedBatches = ({ batches }: Gathered): Set<number> =>
  new Set([...batches.keys()].filter((batch) => batches[batch]?.includes(null)));

/**
 * What detection has found once some batches were done again: their scores are the new ones, but a cell that was analysed before and failed
 * now keeps its score. The bytes of what was done again are added.
 * @param redone one message for every batch that was done again
 */
export function mend(before: Gathered, redone: ReadonlyMap<number, BatchScores>): Gathered {
  const triedBefore = new Map(before.failures.map((failure) => [String(failure.cell), failure]));
  const failures = [...redone.entries()].flatMap(([batch, { failed, worker }]) =>
    failed.flatMap((failure): Failure[] => {
      const earlier = triedBefore.get(String(failure.cell));
      return earlier ? [{ ...failure, batch, worker, attempts: earlier.attempts + failure.attempts }] : [];
    }),
  );
  const all = [...before.failures.filter(({ batch }) => !redone.has(batch)), ...failures];
  const words = [...redone.values()];
  return {
    ...before,
    batches: before.batches.map(
      (scores, batch) => redone.get(batch)?.scores.map((score, i) => score ?? scores[i] ?? null) ?? scores,
    ),
    failures: all.toSorted((a, b) => a.batch - b.batch),
    provider:
      distinct(
        [...before.provider.split('+'), ...words.map(({ provider }) => provider)].filter((name) => name !== 'none'),
      ).join('+') || 'none',
    workers: distinct([...before.workers, ...words.map(({ worker }) => worker)]),
    bytes: words.reduce((sum, { bytes }) => addBytes(sum, bytes), before.bytes),
  };
}

const distinct = (values: string[]): string[] => [...new Set(values)].sort();

/** The heatmap of what is known so far: a batch without scores is left as glass. */
export function assembleHeatmap(
  { grid, batches }: { grid: Grid; batches: Plan['batches'] },
  scoresOf: (batch: number) => readonly (number | null)[] | undefined,
): Heatmap {
  const heatmap = emptyHeatmap(grid);
  for (const [batch, cells] of batches.entries()) {
    const scores = scoresOf(batch);
    if (!scores) continue;
    for (const [i, [column, row]] of cells.entries()) setCell(heatmap, { column, row }, scores[i] ?? null);
  }
  return heatmap;
}
