import { z } from 'zod';
import { RunOptions } from './run-spec.ts';

const OUTCOMES = ['done', 'no-tissue', 'needs-review', 'failed'] as const;

const Warning = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof Warning>;

/** `report.json`: what a program needs to know of a finished run. Names may be added, never changed. */
export const Report = z.object({
  schema: z.literal('h2g-report/1'),
  runId: z.string(),
  outcome: z.enum(OUTCOMES),
  slide: z.object({
    name: z.string(),
    widthPx: z.int(),
    heightPx: z.int(),
    mpp: z.number().nullable(),
    scale: z.enum(['stated', 'assumed', 'given']).nullable(),
  }),
  bundle: z.object({ id: z.string(), version: z.string(), digest: z.string() }),
  options: RunOptions.strip(),
  grid: z.object({ columns: z.int(), rows: z.int() }),
  cells: z.object({ tissue: z.int(), analysed: z.int(), failed: z.int() }),
  /** Why cells failed, the commonest reason first, and where they lie in quarantine: a key of the store, null where none failed. Older reports lack it. */
  failedCells: z
    .object({
      reasons: z.array(z.object({ reason: z.string(), cells: z.int().positive() })),
      quarantine: z.string().nullable(),
    })
    .optional(),
  /** Analysed cells / tissue cells; 1 where there is no tissue. */
  coverage: z.number(),
  tumourAreaMm2: z.number(),
  tissueAreaMm2: z.number(),
  tumourShare: z.number(),
  warnings: z.array(Warning),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
  /** Seconds. */
  stages: z.object({ plan: z.number(), detect: z.number(), refine: z.number(), deliver: z.number() }),
  /**
   * `needed`: compressed tiles; `read`: all that the workers fetched of the slide for the steps and batches that stand, headers
   * and tables once for each worker process or thread that opened it. Not in it: the command's own look at the headers, the
   * byte with which an HTTP server is asked for the size, and attempts that failed or were done again.
   */
  bytes: z.object({ needed: z.int(), read: z.int() }),
  provenance: z.object({
    slide: z.string(),
    options: z.string(),
    software: z.string(),
    versions: z.record(z.string(), z.string()),
    provider: z.string(),
    workers: z.array(z.string()),
  }),
});
export type Report = z.infer<typeof Report>;
export type Outcome = Report['outcome'];
