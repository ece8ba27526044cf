import { settledCount, SLIDE_OUTCOMES, type OutcomeCounts, type SlideOutcome } from '../../../domain/segment-cohort.ts';
import type { CohortProgress, CohortState } from '../../../platform/cohort-client.ts';
import { EXIT_CODES, worstExitCode, type ExitCode } from '../exit-code.ts';
import { formatDuration } from '../format-quantity.ts';

const WORDS: Record<SlideOutcome, string> = {
  done: 'done',
  'no-tissue': 'without tissue',
  'needs-review': 'to be reviewed',
  failed: 'failed',
  cancelled: 'cancelled',
  refused: 'refused',
};

const EXIT_OF: Record<SlideOutcome, ExitCode> = {
  done: EXIT_CODES.done,
  'no-tissue': EXIT_CODES.done,
  'needs-review': EXIT_CODES.needsReview,
  failed: EXIT_CODES.failed,
  cancelled: EXIT_CODES.failed,
  refused: EXIT_CODES.badInput,
};

const present = (counts: OutcomeCounts): SlideOutcome[] => SLIDE_OUTCOMES.filter((outcome) => counts[outcome] > 0);

export const exitCodeOfCounts = (counts: OutcomeCounts): ExitCode =>
  worstExitCode(present(counts).map((outcome) => EXIT_OF[outcome]));

export const countsText = (counts: OutcomeCounts): string =>
  present(counts)
    .map((outcome) => `${counts[outcome]} ${WORDS[outcome]}`)
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
  if (total === undefined) return `watching; ${settled} slides settled`;
  const left = rate === undefined || settled >= total ? '' : `, about ${formatDuration((total - settled) / rate)} left`;
  return `${settled} of ${total} slides settled${left}`;
}

export function describeCohortState(state: CohortState): string {
  switch (state.kind) {
    case 'running':
      return 'under way';
    case 'finished':
      return 'finished';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return `failed: ${state.error.message}`;
  }
}
