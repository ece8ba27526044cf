import { expect, it } from 'vitest';
import { HANDED_OVER } from '../../../../domain/segment-slide.ts';
import { troubleOf } from '../../../../platform/temporal/trouble-of.ts';

const HEARTBEAT = 4;
const START_TO_CLOSE = 1;

it.each([
  [undefined, undefined],
  [{ message: '' }, undefined],
  [{ message: 'another goes on', applicationFailureInfo: { type: HANDED_OVER } }, undefined],
  [
    { message: 'activity Heartbeat timeout', timeoutFailureInfo: { timeoutType: HEARTBEAT } },
    'The worker of this step was lost or stood still.',
  ],
  [
    { message: 'activity StartToClose timeout', timeoutFailureInfo: { timeoutType: START_TO_CLOSE } },
    'This step took longer than it may.',
  ],
  [{ message: 'The store is away.', applicationFailureInfo: { type: 'store-unreachable' } }, 'The store is away.'],
  [{ message: 'a bug', applicationFailureInfo: { type: 'internal' } }, 'a bug.'],
])('of %j a person hears %j', (failure, trouble) => {
  expect(troubleOf(failure)).toBe(trouble);
});
