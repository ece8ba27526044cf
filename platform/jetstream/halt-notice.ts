import { z } from 'zod';

/** What goes over `HALT_SUBJECT`. Fields that a later version adds are passed over. */
export const HaltNotice = z.object({
  runId: z.string().min(1),
  /** False where batches are dispatched: says only in which stream, lest numbers of one that is gone be held against it. */
  halted: z.boolean(),
  /** The last sequence of the tile stream when it was written: batches published later belong to a resumed run and may start. */
  lastSequence: z.int().min(0),
  /** When that stream was made: one that is made anew counts from 1 again. */
  streamMade: z.string(),
});
export type HaltNotice = z.infer<typeof HaltNotice>;
