import { H2gError } from '../../../domain/error.ts';

/** Flags of `h2g run` that are settled when a cohort or a watch is started, and not changed by whoever attaches to it. */
const KEPT = ['--every', '--lane', '--parallel', '--submitter'] as const;

/** Flags as they stand on the command line. @example new Set(['--lane']) */
export type GivenFlags = ReadonlySet<string>;

/** @throws H2gError `usage` where a flag would do nothing: nobody gives one for that */
export function refuseIdleFlags(given: GivenFlags): void {
  const watch = given.has('--watch');
  if (watch && given.has('--out'))
    throw new H2gError({
      code: 'usage',
      message: '--out and --watch do not go together: the results of a watch stay in the store.',
      hint: 'Leave out --out; h2g cohort export writes the table, and h2g results RUN --out fetches the results of one slide.',
    });
  if (watch && given.has('--again'))
    throw new H2gError({
      code: 'usage',
      message: '--again and --watch do not go together: a watch runs each slide once.',
      hint: 'Leave out --again; h2g cohort retry-failed tries failed slides again.',
    });
  if (!watch && given.has('--every'))
    throw new H2gError({
      code: 'usage',
      message: '--every does nothing without --watch.',
      hint: 'Leave it out, or watch a prefix: h2g run s3://bucket/prefix/ --watch --every 60',
    });
}

/** Tells somebody who attaches of the flags that were settled at the start. */
export function noteKeptFlags(
  { given }: { readonly given?: GivenFlags },
  { note }: { readonly note: (line: string) => void },
): void {
  const kept = KEPT.filter((flag) => given?.has(flag));
  if (kept.length === 0) return;
  const lane = given?.has('--lane') === true ? '; h2g set-lane moves single runs' : '';
  note(`It keeps what it was started with: ${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'} not applied${lane}.`);
}
