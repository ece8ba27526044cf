import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES, exitCodeOfError } from '../exit-code.ts';
import { H2gError } from '../../../domain/error.ts';
import { countsText, describeCohortState, describeSettled, exitCodeOfCounts } from './describe-cohort.ts';

/** A cohort as `--json` tells it. */
export const cohortAsJson = ({ startedAt, closedAt, total, trouble, ...cohort }: CohortProgress): object => ({
  ...cohort,
  total: total ?? null,
  trouble: trouble ?? null,
  startedAt: startedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});

/** What a command that has followed a cohort to its end says; its results are in the store. */
export function cohortAnswer(cohort: CohortProgress): CommandAnswer {
  const { state, counts, cohortId, label, total } = cohort;
  const lines = [
    `${label} (cohort ${cohortId}): ${describeCohortState(state)}, ${describeSettled({ counts, total })}`,
    `  ${countsText(counts) || 'nothing was run'}`,
  ];
  if (state.kind === 'failed') {
    const { message, hint } = state.error;
    return {
      exitCode: exitCodeOfError(new H2gError(state.error)),
      lines,
      errors: [`error: ${message}`, `  ${hint}`],
      json: cohortAsJson(cohort),
    };
  }
  const exitCode = state.kind === 'cancelled' ? EXIT_CODES.done : exitCodeOfCounts(counts);
  return { exitCode, lines, json: cohortAsJson(cohort) };
}
