import { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { runFailure } from '../../../../platform/temporal/run-failure.ts';

const FACTS = { code: 'scale-missing', message: 'No scale.', hint: 'Give --mpp.' };
const failed = (cause: Error): WorkflowFailedError =>
  new WorkflowFailedError('Workflow failed', cause, 'NON_RETRYABLE_FAILURE');
const inActivity = (cause: Error): ActivityFailure =>
  new ActivityFailure('activity failed', 'planRun', '1', 'NON_RETRYABLE_FAILURE', undefined, cause);
const stated = (details: unknown): ApplicationFailure =>
  ApplicationFailure.create({ type: 'x', message: 'm', details: [details] });

describe('why a run has no result', () => {
  it('is what its activity said, however deep', () => {
    expect(runFailure(failed(stated(FACTS)), 'r').facts).toEqual(FACTS);
    expect(runFailure(failed(inActivity(stated(FACTS))), 'r').facts).toEqual(FACTS);
  });

  it('keeps sentence and hint of a code that a newer worker knows', () => {
    expect(runFailure(failed(stated({ ...FACTS, code: 'brand-new' })), 'r').facts).toEqual({
      ...FACTS,
      code: 'run-failed',
    });
  });

  it('is a cancel only when the run itself was cancelled', () => {
    expect(runFailure(failed(new CancelledFailure('c')), 'r').code).toBe('run-cancelled');
    expect(runFailure(failed(inActivity(new CancelledFailure('c'))), 'r').code).toBe('run-failed');
  });

  it.each([
    [new TerminatedFailure('t'), /terminated/],
    [inActivity(new TimeoutFailure('t', undefined, 'HEARTBEAT')), /HEARTBEAT/],
    [stated({ no: 'facts' }), /m$/],
  ])('%s is told', (cause, sentence) => {
    expect(runFailure(failed(cause), 'r9')).toMatchObject({
      code: 'run-failed',
      message: expect.stringMatching(sentence),
    });
  });
});
