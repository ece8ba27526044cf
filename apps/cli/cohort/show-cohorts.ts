import { settledCount } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { withBackend } from '../open-backend.ts';
import { alignColumns } from '../align-columns.ts';
import { cohortAsJson } from './cohort-answer.ts';
import { describeCohortState, describeCounts } from './describe-cohort.ts';

const ID_SHOWN = 12;

/** `h2g cohort list`: the newest cohorts. */
export async function showCohorts(limit: number, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ cohorts }) => {
    const found = await cohorts.list(limit);
    return {
      exitCode: EXIT_CODES.done,
      lines:
        found.length === 0
          ? ['No cohorts yet. Several slides at once are one: h2g run FOLDER']
          : alignColumns([['COHORT', 'STARTED', 'LANE', 'STATE', 'SLIDES', 'FROM'], ...found.map(cohortRow)]),
      json: { cohorts: found.map(cohortAsJson) },
    };
  });
}

const cohortRow = ({ cohortId, startedAt, lane, state, counts, total, label }: CohortProgress): string[] => [
  cohortId.slice(0, ID_SHOWN),
  localTime(startedAt),
  lane,
  describeCohortState({ state, total }),
  `${settledCount(counts)}${total === undefined ? '' : ` of ${total}`}${describeCounts(counts)}`,
  label,
];
