import { Option, type Command } from 'commander';
import { DEFAULT_OPTIONS, LANES, type Lane, type RunOptions } from '../../../domain/run-spec.ts';
import type { CommandHost } from '../cli-context.ts';
import { examplesText } from '../command-examples.ts';
import { parseMpp, parseShare, parseSubmitter, parseWhole } from '../parse-flag.ts';
import { bundleOf } from '../run/bundle-of.ts';
import { refuseIdleFlags, type GivenFlags } from '../run/given-flags.ts';

/** Flags of `h2g run` as commander gives them. */
interface RunFlags {
  readonly bundle?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly mpp?: number;
  readonly tissue: RunOptions['tissue'];
  readonly placement: RunOptions['placement'];
  readonly smoothOutlines?: boolean;
  readonly minCoverage: number;
  readonly lane?: Lane;
  readonly submitter?: string;
  readonly again?: boolean;
  readonly parallel: number;
  readonly watch?: boolean;
  readonly every: number;
}

export const SUBMITTER_FLAG =
  'whose slides these are; within a lane every submitter gets a share (default: H2G_SUBMITTER, else the login name)';

/** The part of the flags that changes the answer, and so the run's id. */
export const optionsOf = ({
  mpp,
  tissue,
  placement,
  smoothOutlines,
  minCoverage,
}: Omit<RunFlags, 'every'>): RunOptions => ({
  mpp: mpp ?? DEFAULT_OPTIONS.mpp,
  tissue,
  placement,
  smoothOutlines: smoothOutlines ?? DEFAULT_OPTIONS.smoothOutlines,
  minCoverage,
});

const givenFlags = (command: Command): GivenFlags =>
  new Set(
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map(({ long }) => long ?? ''),
  );

export function addRunCommand(program: Command, { context, answer }: CommandHost): void {
  program
    .command('run')
    .summary('segment one slide, several, a folder, a list, or what appears in the store')
    .description(
      'Segment slides. With nothing configured the servers start by themselves and stop at the end; a run that is already under way is attached to, and a finished one is shown at once. Several slides are a cohort: h2g cohort status, retry-failed, export.csv.',
    )
    .argument(
      '<slides...>',
      'files, folders, lists (.csv with a column "slide"), URLs (file:, http:, https:, s3:), or s3://bucket/prefix/',
    )
    .option(
      '--bundle <dir>',
      'model bundle, a folder or s3://bucket/prefix/ (default: H2G_BUNDLE, else the baseline that comes with h2g)',
    )
    .option('--out <dir>', 'results go to <dir>/<name of the slide>/', './h2g-results')
    .option('--json', 'the last line of stdout is the report as JSON')
    .option('--mpp <number>', 'microns per pixel of the full-size picture, if you know better than the slide', parseMpp)
    .addOption(
      new Option('--tissue <method>', 'how tissue is told from glass')
        .choices(['distance', 'otsu'])
        .default(DEFAULT_OPTIONS.tissue),
    )
    .addOption(
      new Option('--placement <placement>', 'heatmap in register with the slide, or stretched as FAST does')
        .choices(['exact', 'fast-compat'])
        .default(DEFAULT_OPTIONS.placement),
    )
    .option('--smooth-outlines', "outlines smoothed as the original's QuPath scripts do (50 um in, 100 out, 50 in)")
    .option(
      '--min-coverage <share>',
      'of the tissue cells so many must be analysed, or the slide needs review',
      parseShare,
      DEFAULT_OPTIONS.minCoverage,
    )
    .addOption(
      new Option('--lane <lane>', 'priority (default: routine; a run under way moves to the one given)').choices(LANES),
    )
    .option('--submitter <name>', SUBMITTER_FLAG, parseSubmitter)
    .option('--again', 'forget a finished run and do it anew')
    .option('--parallel <n>', 'slides under way at once', parseWhole({ min: 1, max: 256 }), 4)
    .option('--watch', 'of s3://bucket/prefix/: run each slide that appears there, once; results stay in the store')
    .option('--every <seconds>', 'how often a watched prefix is looked at', parseWhole({ min: 1, max: 86_400 }), 10)
    .addHelpText('after', examplesText('run'))
    .action(async (slides: string[], flags: RunFlags, command: Command) => {
      const given = givenFlags(command);
      refuseIdleFlags(given);
      const bundle = bundleOf(flags.bundle, context.env);
      const request = { slides, ...flags, bundle, options: optionsOf(flags), given };
      if (flags.watch === true) {
        const { runWatch } = await import('../cohort/run-watch.ts');
        answer(await runWatch({ ...request, everySeconds: flags.every }, context));
      } else {
        const { runSlides } = await import('../run/run-slides.ts');
        answer(await runSlides(request, context));
      }
    });
}
