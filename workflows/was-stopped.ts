import { ActivityFailure, isCancellation } from '@temporalio/workflow';

/** Whether a step ended because it was told to; also one that failed or whose worker died meanwhile: nobody tries it again then. */
export const wasStopped = (error: unknown): boolean =>
  isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED');
