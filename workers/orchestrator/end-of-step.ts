import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { HANDED_OVER } from '../../domain/segment-slide.ts';

/** How a step ended that threw. One that is stopped or handed to another orchestrator has not failed. */
export function endOfStep(thrown: unknown): 'stopped' | typeof HANDED_OVER | 'failed' {
  if (thrown instanceof CancelledFailure) return 'stopped';
  return thrown instanceof ApplicationFailure && thrown.type === HANDED_OVER ? HANDED_OVER : 'failed';
}
