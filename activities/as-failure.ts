import { activityInfo, ApplicationFailure, cancellationSignal, Context } from '@temporalio/activity';
import { asH2gError } from '../domain/error.ts';
import { HANDED_OVER } from '../domain/segment-slide.ts';

/** What nobody foresaw may still pass by itself, but not for ever. */
const UNFORESEEN_ATTEMPTS = 5;

/** What an activity ends with that did not reach its end: a cancel as such, a worker that is asked to stop hands it over, and all else is a failure. */
export function endOf(thrown: unknown, stopping: AbortSignal): unknown {
  const cancelled = cancellationSignal();
  const workerStops = stopping.aborted || Context.current().cancellationDetails?.workerShutdown === true;
  if (cancelled.aborted && !workerStops) return cancelled.reason;
  return workerStops ? handedOver() : asFailure(thrown);
}

/** Whether a step's end is that of its run, too. */
export const isFatal = (end: unknown): boolean => end instanceof ApplicationFailure && end.nonRetryable === true;

/** The only place where our errors become Temporal's: `retry: false` is never tried again. */
function asFailure(thrown: unknown): ApplicationFailure {
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

/** A cancelled activity would end its run; one that fails is tried by another worker at once. */
const handedOver = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: HANDED_OVER,
    message: 'Its orchestrator was asked to stop, and another goes on.',
    nextRetryDelay: '50ms',
  });
