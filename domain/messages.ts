import { z } from 'zod';

const CellPlace = z.tuple([z.int().min(0), z.int().min(0)]);

/**
 * One batch on its way to a detector: coordinates, not pixels. Here as in all messages, fields that a later version adds are passed over: while a site
 * is upgraded both versions are at work (docs/decisions/0009-upgrades.md says what a version may add).
 */
export const TileBatch = z.object({
  runId: z.string().min(1),
  batch: z.int().min(0),
  /** How often this batch was tried before. */
  attempt: z.int().min(0),
  /** `cells`: the batch failed as a whole too often, so each cell is tried alone and one bad cell costs one cell. */
  mode: z.enum(['whole', 'cells']),
  slide: z.object({ url: z.url(), version: z.string() }),
  bundle: z.object({ id: z.string(), version: z.string(), digest: z.string(), url: z.url() }),
  /** Which level to read; a cell is `cellPx` pixels of it, area-averaged to the bundle's patch. */
  level: z.int().min(0),
  cellPx: z.int().positive(),
  /** `[column, row]` of each cell. */
  cells: z.array(CellPlace).min(1),
});
export type TileBatch = z.infer<typeof TileBatch>;

const Common = {
  runId: z.string(),
  batch: z.int().min(0),
  worker: z.string(),
};

const FailedCell = z.object({
  cell: CellPlace,
  reason: z.string(),
  /** How often it was tried, in its batch or alone. */
  attempts: z.int().positive(),
});
export type FailedCell = z.infer<typeof FailedCell>;

/** What a detector says of a batch. The last message on a batch's subject stands. */
export const Scores = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('scored'),
    ...Common,
    /** Tumour probability of each cell, in the batch's order; null where the cell failed. */
    scores: z.array(z.number().min(0).max(1).nullable()),
    /** Why each null is null. */
    failed: z.array(FailedCell),
    provider: z.string(),
    seconds: z.number(),
    bytes: z.object({ needed: z.int(), read: z.int() }),
  }),
  /** The batch failed as a whole; whoever gathers decides what is tried next. */
  z.object({ kind: z.literal('attempt-failed'), ...Common, attempt: z.int().min(0), reason: z.string() }),
  /** Something that may pass by itself stands in its way: the batch waits in the queue, and whoever follows the run can say why. */
  z.object({ kind: z.literal('delayed'), ...Common, reason: z.string() }),
  /** No batch of this run can succeed: the slide changed, the bundle is broken. */
  z.object({
    kind: z.literal('run-failed'),
    ...Common,
    error: z.object({ code: z.string(), message: z.string(), hint: z.string() }),
  }),
]);
export type Scores = z.infer<typeof Scores>;
