import type { WorkflowExecutionDescription } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, it } from 'vitest';
import { readRun, type ReadTools } from '../../../../platform/temporal/read-run.ts';

const SCHEDULED = 1;

const inQueue = (name: string): WorkflowExecutionDescription =>
  ({
    workflowId: 'run/abc',
    status: { name: 'RUNNING' },
    startTime: new Date(),
    typedSearchAttributes: new TypedSearchAttributes(),
    raw: {
      pendingActivities: [
        { activityType: { name }, state: SCHEDULED, attempt: 1, scheduledTime: msToTs(Date.now() - 60_000) },
      ],
    },
  }) as unknown as WorkflowExecutionDescription;

/** Nothing is asked of the server where a step is in a queue. */
const tools: ReadTools = { link: {} as ReadTools['link'], estimateWait: async () => 22 };

it.each([
  ['dispatchTiles', 22],
  ['refineMask', undefined],
  ['deliverResults', undefined],
])('a run whose step %s waits is told that it has %s s left', async (name, etaSeconds) => {
  const told = await readRun(tools, inQueue(name));
  expect(told).toMatchObject({ runId: 'abc', state: { kind: 'running', stage: 'waiting', paused: false } });
  expect(told.etaSeconds).toBe(etaSeconds);
});
