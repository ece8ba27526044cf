import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { z } from 'zod';
import { H2gError, isErrorCode, type ErrorCode, type ErrorFacts } from '../../domain/error.ts';

const Details = z.object({ code: z.string(), message: z.string(), hint: z.string() });

const START_AGAIN = 'Start the run again: what was done already is not done twice.';

/** Why a run has no result, from what waiting for it threw: its own error where it had one, else how Temporal ended it. */
export function runFailure(failed: WorkflowFailedError, runId: string): H2gError {
  const options = { cause: failed };
  if (failed.cause instanceof CancelledFailure)
    return new H2gError({ code: 'run-cancelled', message: `Run ${runId} was cancelled.`, hint: START_AGAIN }, options);
  const facts = statedFacts(failed) ?? endedByTemporal(failed, runId);
  return new H2gError(facts, options);
}

/** What an activity said: `details[0]` of the failure that carries it, however deep. */
function statedFacts(failed: Error): ErrorFacts | undefined {
  for (let error: unknown = failed; error instanceof Error; error = error.cause) {
    if (!(error instanceof ApplicationFailure)) continue;
    const { success, data } = Details.safeParse(error.details?.[0]);
    if (success) return { ...data, code: knownCode(data.code) };
  }
  return undefined;
}

/** A newer worker may know codes that this client does not. */
const knownCode = (code: string): ErrorCode => (isErrorCode(code) ? code : 'run-failed');

function endedByTemporal(failed: WorkflowFailedError, runId: string): ErrorFacts {
  for (let error: unknown = failed; error instanceof Error; error = error.cause) {
    if (error instanceof TerminatedFailure)
      return { code: 'run-failed', message: `Run ${runId} was terminated from outside.`, hint: START_AGAIN };
    if (error instanceof TimeoutFailure)
      return {
        code: 'run-failed',
        message: `Run ${runId} took too long, or the worker of one of its steps was lost (${error.timeoutType}).`,
        hint: `Look whether orchestrators and detectors are running (h2g doctor). ${START_AGAIN}`,
      };
  }
  return {
    code: 'run-failed',
    message: `Run ${runId} failed: ${innermostMessage(failed)}`,
    hint: `See the run in Temporal's web page for its history. ${START_AGAIN}`,
  };
}

function innermostMessage(failed: Error): string {
  let message = failed.message;
  for (let error: unknown = failed; error instanceof Error; error = error.cause) message = error.message;
  return message;
}
