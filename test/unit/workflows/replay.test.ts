import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_TRACING } from '../../../platform/tracing/tracing.ts';
import { traceSteps } from '../../../workers/orchestrator/trace-steps.ts';

const RECORDED = new URL('../../replay/', import.meta.url);
const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));
const PASS_TRACE = fileURLToPath(new URL('../../../workflows/pass-trace.ts', import.meta.url));
const names = readdirSync(RECORDED).filter((name) => name.endsWith('.json'));

interface RecordedHistory {
  events: { eventType: string; activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

const recorded = (name: string): RecordedHistory =>
  JSON.parse(readFileSync(new URL(name, RECORDED), 'utf8')) as RecordedHistory;

/** Runs and cohorts that are under way when a new version is rolled out must be able to go on. */
describe('recorded histories', () => {
  let workflowBundle: WorkflowBundle;

  beforeAll(async () => {
    workflowBundle = await bundleWorkflowCode({
      workflowsPath: WORKFLOWS,
      workflowInterceptorModules: [PASS_TRACE],
      logger: new DefaultLogger('ERROR'),
    });
  });

  const replay = (history: RecordedHistory): Promise<void> =>
    Worker.runReplayHistory({ workflowBundle, ...traceSteps(NO_TRACING) }, historyFromJSON(history));

  it('are there', () => expect(names).not.toEqual([]));

  it.each(names)('%s is replayed by the workflow of today', (name) => replay(recorded(name)));

  it.each(names.filter((name) => name.startsWith('segment-slide')))('%s has under 100 events', (name) =>
    expect(recorded(name).events.length).toBeLessThan(100),
  );

  it('a history that another workflow wrote is noticed', async () => {
    const history = recorded(names.find((name) => name.startsWith('segment-slide')) ?? '');
    for (const { activityTaskScheduledEventAttributes: scheduled } of history.events)
      if (scheduled?.activityType.name === 'dispatchTiles') scheduled.activityType.name = 'planRun';
    await expect(replay(history)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});
