import { HANDED_OVER } from '../../domain/segment-slide.ts';

/** The part of Temporal's `Failure` that tells what happened. */
interface StepFailure {
  readonly message?: string | null | undefined;
  readonly applicationFailureInfo?: { readonly type?: string | null | undefined } | null | undefined;
  readonly timeoutFailureInfo?: { readonly timeoutType?: number | null | undefined } | null | undefined;
}

/** temporal.api.enums.v1.TimeoutType */
const HEARTBEAT = 4;

/** Why a step is tried again, as one sentence; undefined where nothing is wrong with it. */
export function troubleOf(failure: StepFailure | null | undefined): string | undefined {
  if (!failure?.message || failure.applicationFailureInfo?.type === HANDED_OVER) return undefined;
  if (failure.timeoutFailureInfo)
    return failure.timeoutFailureInfo.timeoutType === HEARTBEAT
      ? 'The worker of this step was lost or stood still.'
      : 'This step took longer than it may.';
  return /[.!?…]$/.test(failure.message) ? failure.message : `${failure.message}.`;
}
