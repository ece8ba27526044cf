import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withBackend } from '../open-backend.ts';
import { cohortAsJson } from './cohort-answer.ts';
import { findCohortId } from './find-cohort.ts';

/** `h2g cohort cancel COHORT`: ends it and the runs that it has started. One that has ended is left alone, and said to have. */
export async function cancelCohort(text: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ cohorts }) => {
    const cohortId = await findCohortId(cohorts, text);
    const { state, label } = await cohorts.progress(cohortId);
    if (state.kind === 'running') await cohorts.cancel(cohortId);
    return {
      exitCode: EXIT_CODES.done,
      lines: [
        `${label} (cohort ${cohortId}) ${state.kind === 'running' ? 'cancelled' : `has ended already: ${state.kind}`}`,
      ],
      json: cohortAsJson(await cohorts.progress(cohortId)),
    };
  });
}
