import type { SlideStanding } from '../../../domain/cohort-standing.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { cohortAsJson, failedAnswer } from './cohort-answer.ts';
import { standingsText, describeCohortState, exitCodeOfStandings } from './describe-cohort.ts';
import type { SeenCohort } from './look-at-cohort.ts';

/** One that was refused has none. */
export const runIdOfSlide = ({ slide }: SlideStanding): string => slide.run?.runId ?? '';

/**
 * What a retry says: what became of the slides that it has tried again, and of no others. Of a watch they are `unfinished`, as nobody waits
 * for its next look.
 * @param runIds of what was tried again
 */
export function retryAnswer(seen: SeenCohort, runIds: readonly string[]): CommandAnswer {
  const { state } = seen.cohort;
  const retried = seen.slides.filter((one) => one.slide.run?.repeated !== true && runIds.includes(runIdOfSlide(one)));
  const answer = {
    exitCode: exitCodeOfStandings(retried.map(({ standing }) => standing)),
    lines: linesOf(seen.cohort, retried),
    json: { ...cohortAsJson(seen.cohort), retried: retried.map(asJson) },
  };
  return state.kind === 'failed' && retried.length > 0 ? { ...answer, ...failedAnswer(state.error) } : answer;
}

function linesOf(cohort: CohortProgress, retried: readonly SlideStanding[]): string[] {
  const { cohortId, label, counts, total } = cohort;
  const name = `${label} (cohort ${cohortId})`;
  const tried = formatCount(retried.length, 'slide');
  const refused = counts.refused === 0 ? [] : ['  Slides that were refused are looked at again by h2g run.'];
  if (retried.length === 0)
    return [`${name}: every slide that was run has a result, so none was tried again`, ...refused];
  if (total === undefined) return [`${name}: ${tried} will be tried again at the next look`];
  const standings = retried.map(({ standing }) => standing);
  return [
    `${name}: ${describeCohortState(cohort)}, ${tried} tried again`,
    `  ${standingsText(standings)}`,
    ...(exitCodeOfStandings(standings) === EXIT_CODES.done ? [] : [`  why: h2g cohort status ${cohortId}`]),
    ...refused,
  ];
}

const asJson = ({ slide, standing, record }: SlideStanding): object => ({
  slide: slide.asked,
  runId: slide.run?.runId ?? null,
  outcome: standing,
  error: record?.error ?? null,
});
