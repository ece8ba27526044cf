import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';
import type { StageProgress } from '../../../../domain/segment-slide.ts';
import { activityOf } from '../../../../platform/temporal/describe-run.ts';

type Raw = WorkflowExecutionDescription['raw'];
type Pending = NonNullable<Raw['pendingActivities']>[number];

const SCHEDULED = 1;
const STARTED = 2;
const NOW_MS = 1_000_000;

const pending = (name: string, more: Partial<Pending> & { beats?: StageProgress } = {}): Pending => {
  const { beats, ...rest } = more;
  const details = beats && { heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(beats)] } };
  return { activityType: { name }, state: STARTED, attempt: 1, ...details, ...rest };
};
const queued = (name: string, sinceMs: number, more: Partial<Pending> = {}): Pending =>
  pending(name, { state: SCHEDULED, scheduledTime: msToTs(NOW_MS - sinceMs), ...more });
const told = (...pendingActivities: Pending[]) => activityOf({ raw: { pendingActivities } as unknown as Raw }, NOW_MS);

describe('what a run is doing', () => {
  it('is nothing that is known where no step is under way', () => {
    expect(told()).toBeUndefined();
  });

  it.each([
    ['planRun', 'planning'],
    ['dispatchTiles', 'detecting'],
    ['gatherHeatmap', 'detecting'],
    ['refineMask', 'refining'],
    ['deliverResults', 'delivering'],
  ])('is by its step %s: %s, also where that was put into its queue just now', (name, stage) => {
    const begun = told(pending(name));
    expect(begun).toMatchObject({ stage, waitsForDetection: false });
    expect(told(queued(name, 500))).toEqual(begun);
    // The server's clock is a little ahead of ours.
    expect(told(queued(name, -300))).toEqual(begun);
  });

  it.each([
    ['planRun', true],
    ['dispatchTiles', true],
    ['gatherHeatmap', true],
    ['refineMask', false],
    ['deliverResults', false],
    ['recordFailure', false],
  ])('is to wait where nobody takes its step %s; others in detection go before it: %s', (name, waitsForDetection) => {
    expect(told(queued(name, 5_000))).toMatchObject({ stage: 'waiting', waitsForDetection });
  });

  it('is its step still while that waits to be tried again', () => {
    const lastFailure = { message: 'The store is away.', applicationFailureInfo: { type: 'store-unreachable' } };
    const again = queued('refineMask', 60_000, { attempt: 2, lastFailure });
    expect(told(again)).toMatchObject({ stage: 'refining', trouble: 'The store is away.' });
  });

  it('tells cells and foresight of detection once the plan is read, and of no other step', () => {
    const beats = { stage: 'detecting', done: 3, total: 9, failed: 1, etaSeconds: 7 } as const;
    expect(told(pending('discardBatches'), pending('gatherHeatmap', { beats }))).toMatchObject({
      stage: 'detecting',
      cells: { done: 3, total: 9, failed: 1 },
      etaSeconds: 7,
    });
    const unread = pending('gatherHeatmap', { beats: { ...beats, done: 0, total: 0 } });
    const refining = pending('refineMask', { beats: { ...beats, stage: 'refining' } });
    for (const step of [unread, refining]) expect(told(step)).not.toHaveProperty('cells');
    expect(told(refining)).not.toHaveProperty('etaSeconds');
  });
});
