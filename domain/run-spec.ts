import { z } from 'zod';

/** Priorities, highest first. */
export const LANES = ['stat', 'routine', 'research'] as const;
export type Lane = (typeof LANES)[number];

const DEFAULT_MIN_COVERAGE = 0.99;

export const RunOptions = z.strictObject({
  /** um/px of level 0 when the person knows better than the slide; null takes the slide's own. */
  mpp: z.number().positive().nullable(),
  tissue: z.enum(['distance', 'otsu']),
  placement: z.enum(['exact', 'fast-compat']),
  /** Outlines smoothed as the original's QuPath scripts do: 50 um in, 100 out, 50 in. */
  smoothOutlines: z.boolean(),
  /** Analysed cells / tissue cells, 0 to 1: below this a person is asked to look. What was stored before there was a choice has the default. */
  minCoverage: z.number().min(0).max(1).default(DEFAULT_MIN_COVERAGE),
});
export type RunOptions = z.infer<typeof RunOptions>;
export type TissueMethod = RunOptions['tissue'];
export type Placement = RunOptions['placement'];

export const DEFAULT_OPTIONS: RunOptions = {
  mpp: null,
  tissue: 'distance',
  placement: 'exact',
  smoothOutlines: false,
  minCoverage: DEFAULT_MIN_COVERAGE,
};

/** One slide, one bundle, one set of options. */
export const RunSpec = z.strictObject({
  slide: z.strictObject({
    url: z.url(),
    name: z.string().min(1),
    sizeBytes: z.int().min(0),
    version: z.string().min(1),
  }),
  bundle: z.strictObject({ id: z.string(), version: z.string(), digest: z.string(), url: z.url() }),
  options: RunOptions,
});
export type RunSpec = z.infer<typeof RunSpec>;

/** The text whose SHA-256 is the run's id: exactly what makes it this question and no other. */
export const runIdentity = ({ slide, bundle, options }: RunSpec): string =>
  JSON.stringify([
    'h2g-run/1',
    [slide.url, slide.sizeBytes, slide.version],
    [bundle.id, bundle.version, bundle.digest],
    [options.mpp, options.tissue, options.placement, options.smoothOutlines, options.minCoverage],
  ]);
