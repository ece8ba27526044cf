import { z } from 'zod';

/** What goes over `HALT_SUBJECT`. */
export const HaltNotice = z.strictObject({
  runId: z.string().min(1),
  halted: z.boolean(),
  /** The last sequence of the tile stream when it was written: batches published later belong to a resumed run and may start. */
  lastSequence: z.int().min(0).optional(),
});
export type HaltNotice = z.infer<typeof HaltNotice>;
