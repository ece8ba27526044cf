import type { Standing } from '../../../domain/cohort-standing.ts';
import { settledCount, SLIDE_OUTCOMES, type OutcomeCounts, type SlideOutcome } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { RunProgress } from '../../../platform/run-client.ts';
import { EXIT_CODES, worstExitCode, type ExitCode } from '../exit-code.ts';
import { formatCount, formatDuration } from '../format-quantity.ts';

const WORDS: Record<Standing, string> = {
  done: 'done',
  'no-tissue': 'without tissue',
  'needs-review': 'to be reviewed',
  failed: 'failed',
  cancelled: 'cancelled',
  refused: 'refused',
  'not-run': 'not run',
  running: 'under way',
  unfinished: 'unfinished',
};
const STANDINGS = Object.keys(WORDS) as Standing[];

const EXIT_OF: Record<Standing, ExitCode> = {
  running: EXIT_CODES.done,
  unfinished: EXIT_CODES.done,
  'not-run': EXIT_CODES.failed,
  done: EXIT_CODES.done,
  'no-tissue': EXIT_CODES.done,
  'needs-review': EXIT_CODES.needsReview,
  failed: EXIT_CODES.failed,
  cancelled: EXIT_CODES.failed,
  refused: EXIT_CODES.badInput,
};

const present = (counts: OutcomeCounts): SlideOutcome[] => SLIDE_OUTCOMES.filter((outcome) => counts[outcome] > 0);

/** Slides that have not ended yet are nothing bad. */
export const exitCodeOfStandings = (standings: readonly Standing[]): ExitCode =>
  worstExitCode(standings.map((standing) => EXIT_OF[standing]));

export const exitCodeOfCounts = (counts: OutcomeCounts): ExitCode => exitCodeOfStandings(present(counts));

export const countsText = (counts: OutcomeCounts): string =>
  present(counts)
    .map((outcome) => `${counts[outcome]} ${WORDS[outcome]}`)
    .join(', ');

/** @example standingsText(['done', 'not-run', 'done']) // "2 done, 1 not run" */
export const standingsText = (standings: readonly Standing[]): string =>
  STANDINGS.map((standing) => ({ standing, count: standings.filter((one) => one === standing).length }))
    .filter(({ count }) => count > 0)
    .map(({ standing, count }) => `${count} ${WORDS[standing]}`)
    .join(', ');

/** What is not simply done, behind a number of settled slides. @example describeCounts({ … }) // ", 1 failed" */
export const describeCounts = (counts: OutcomeCounts): string =>
  present(counts)
    .filter((outcome) => outcome !== 'done')
    .map((outcome) => `, ${counts[outcome]} ${WORDS[outcome]}`)
    .join('');

/** @param rate slides a second, where it is known */
export function describeSettled({ counts, total }: Pick<CohortProgress, 'counts' | 'total'>, rate?: number): string {
  const settled = settledCount(counts);
  if (total === undefined) return `${formatCount(settled, 'slide')} settled`;
  const left = rate === undefined || settled >= total ? '' : `, about ${formatDuration((total - settled) / rate)} left`;
  return `${settled.toLocaleString('en-US')} of ${formatCount(total, 'slide')} settled${left}`;
}

/**
 * Slides a second; undefined where nothing tells: none was run yet, or all that is under way is paused.
 * @param worked slides that were run in these seconds; neither refused ones nor those whose results were there took any time
 * @param under those under way, as far as they are looked at
 */
export function slidesPerSecond(
  { worked, seconds }: { readonly worked: number; readonly seconds: number },
  under: readonly RunProgress[],
): number | undefined {
  const stands = under.length > 0 && under.every(({ state }) => state.kind === 'running' && state.paused);
  return worked > 0 && seconds > 0 && !stands ? worked / seconds : undefined;
}

export function describeCohortState({ state, total }: Pick<CohortProgress, 'state' | 'total'>): string {
  switch (state.kind) {
    case 'running':
      return total === undefined ? 'watching' : 'under way';
    case 'finished':
      return 'finished';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return `failed: ${state.error.message}`;
  }
}
