import { z } from 'zod';
import type { Report } from './report.ts';
import { LANES, RunSpec } from './run-spec.ts';
import { SLIDE_OUTCOMES } from './segment-cohort.ts';

const Facts = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const Lane = z.enum(LANES);

/** `cohort.json`: everything that is needed to start the cohort again. */
export const CohortRecord = z.object({
  schema: z.literal('h2g-cohort/1'),
  cohortId: z.string(),
  label: z.string(),
  bundle: RunSpec.shape.bundle,
  options: RunSpec.shape.options,
  lane: Lane,
  submitter: z.string().optional(),
  parallel: z.int().min(1),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('list'), pages: z.int().min(0), slides: z.int().min(0) }),
    z.object({ kind: z.literal('watch'), prefix: z.url(), everyMs: z.int().min(1) }),
  ]),
});
export type CohortRecord = z.infer<typeof CohortRecord>;

/** A slide as it stands in a cohort's list. */
const ListedSlide = z.object({
  /** What was asked for: a path or a URL, as the person wrote it or the folder had it. */
  asked: z.string(),
  /** Columns of the list that this program does not read; they come back in the export. */
  columns: z.record(z.string(), z.string()).optional(),
  /** What is run; without it the slide was refused before any run. */
  run: z
    .object({
      runId: z.string(),
      slide: RunSpec.shape.slide,
      /** um/px, where the list gives it for this slide alone. */
      mpp: z.number().positive().optional(),
      lane: Lane.optional(),
      /** The same run stands in the list already: one run, two lines. */
      repeated: z.boolean().optional(),
    })
    .optional(),
  error: Facts.optional(),
});
export type ListedSlide = z.infer<typeof ListedSlide>;

/** A part of a cohort's list. A watch has one of these for each slide that it has found. */
export const CohortPage = z.object({ schema: z.literal('h2g-cohort-slides/1'), slides: z.array(ListedSlide) });
export type CohortPage = z.infer<typeof CohortPage>;

/** How a slide of a cohort has ended; `figures` are those of its report, if it has one. */
export const SlideRecord = z.object({
  schema: z.literal('h2g-slide-outcome/1'),
  runId: z.string(),
  attempt: z.string(),
  outcome: z.enum(SLIDE_OUTCOMES),
  figures: z
    .object({
      cells: z.object({ tissue: z.int(), analysed: z.int(), failed: z.int() }),
      coverage: z.number(),
      tumourAreaMm2: z.number(),
      tissueAreaMm2: z.number(),
      tumourShare: z.number(),
    })
    .optional(),
  warnings: z.array(z.string()),
  error: Facts.optional(),
  /** This attempt has found the results there, and run nothing. */
  reused: z.boolean().optional(),
});
export type SlideRecord = z.infer<typeof SlideRecord>;

export const figuresOf = (report: Report): Pick<SlideRecord, 'figures' | 'warnings'> => ({
  figures: {
    cells: report.cells,
    coverage: report.coverage,
    tumourAreaMm2: report.tumourAreaMm2,
    tissueAreaMm2: report.tissueAreaMm2,
    tumourShare: report.tumourShare,
  },
  warnings: report.warnings.map(({ code }) => code),
});
