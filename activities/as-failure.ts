import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { asH2gError } from '../domain/error.ts';

/** What nobody foresaw may still pass by itself, but not for ever. */
const UNFORESEEN_ATTEMPTS = 5;

/** The only place where our errors become Temporal's: `retry: false` is never tried again. */
export function asFailure(thrown: unknown): ApplicationFailure {
  const error = asH2gError(thrown);
  const again = error.retry || (error.code === 'internal' && activityInfo().attempt < UNFORESEEN_ATTEMPTS);
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !again,
    details: [error.facts],
    cause: error,
  });
}
