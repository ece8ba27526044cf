import { H2gError, type ErrorFacts } from '../../../domain/error.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { exitCodeOfError } from '../exit-code.ts';
import { errorLines } from '../render-error.ts';
import { countsText, describeCohortState, describeSettled, exitCodeOfCounts } from './describe-cohort.ts';

/** A cohort as `--json` tells it. */
export const cohortAsJson = ({ startedAt, closedAt, total, trouble, ...cohort }: CohortProgress): object => ({
  ...cohort,
  total: total ?? null,
  trouble: trouble ?? null,
  startedAt: startedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});

/** What a command says that has followed a watch to its end: it ends as its slides did. Its results are in the store. */
export function watchAnswer(cohort: CohortProgress): CommandAnswer {
  const { state, counts, cohortId, label } = cohort;
  const lines = [
    `${label} (cohort ${cohortId}): ${describeCohortState(cohort)}, ${describeSettled(cohort)}`,
    `  ${countsText(counts) || 'nothing was run'}`,
  ];
  const json = cohortAsJson(cohort);
  return state.kind === 'failed'
    ? { ...failedAnswer(state.error), lines, json }
    : { exitCode: exitCodeOfCounts(counts), lines, json };
}

/** The cohort itself has failed, whatever its slides did. */
export const failedAnswer = (error: ErrorFacts): Pick<CommandAnswer, 'exitCode' | 'errors'> => ({
  exitCode: exitCodeOfError(new H2gError(error)),
  errors: errorLines(error),
});
