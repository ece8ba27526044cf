import { ApplicationFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/workflow';
import type { ErrorFacts } from '../domain/error.ts';

/** What went wrong, as the activity that failed has said it, or as Temporal has where no activity could. */
export function failureFacts(thrown: unknown): ErrorFacts {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ApplicationFailure && isFacts(error.details?.[0])) return error.details[0];
    if (error instanceof TimeoutFailure)
      return {
        code: 'run-failed',
        message: `A step of the run took too long or its worker was lost (${error.timeoutType}).`,
        hint: 'Look whether orchestrators and detectors are running (h2g doctor), then start the run again.',
      };
    if (error instanceof TerminatedFailure)
      return {
        code: 'run-failed',
        message: 'The run was terminated from outside.',
        hint: 'Start it again: what was done already is not done twice.',
      };
  }
  return {
    code: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: 'This should not happen: please report it with the log.',
  };
}

const isFacts = (details: unknown): details is ErrorFacts =>
  typeof details === 'object' && details !== null && 'code' in details && 'message' in details && 'hint' in details;
