import type { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { H2gError } from '../../../domain/error.ts';
import { HANDED_OVER } from '../../../domain/segment-slide.ts';
import { createLog } from '../../../platform/log.ts';
import { logSteps } from '../../../workers/orchestrator/log-steps.ts';

/** Lets a step end with `thrown`; gives the lines that were logged and what reached Temporal. */
async function linesOf(thrown: unknown): Promise<{ lines: Record<string, unknown>[]; reached: unknown }> {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void lines.push(JSON.parse(line)) };
  const log = createLog({ level: 'info', name: 'orchestrator', destination });
  const info = { activityType: 'planRun', attempt: 3, workflowExecution: { workflowId: 'run/0a1b', runId: 'x' } };
  const { inbound } = logSteps(log)({ info } as unknown as Context);
  const step = inbound?.execute?.({ args: [], headers: {} }, () => Promise.reject(thrown));
  const reached = await Promise.resolve(step).catch((error: unknown) => error);
  return { lines, reached };
}

describe('a step that fails is logged', () => {
  const cause = new H2gError({ code: 'slide-io', message: 'No answer from archive.', hint: 'Try later.' });
  const failure = (nonRetryable: boolean): ApplicationFailure =>
    ApplicationFailure.create({ type: 'slide-io', message: cause.message, nonRetryable, cause });

  it.each([
    [false, 'warn', 'Step:Failed'],
    [true, 'error', 'Step:GivenUp'],
  ])('with its run, its attempt and its cause (final: %s)', async (isFinal, level, event) => {
    const thrown = failure(isFinal);
    const { lines, reached } = await linesOf(thrown);
    expect(reached).toBe(thrown);
    expect(lines).toEqual([expect.objectContaining({ level, event, runId: '0a1b', step: 'planRun', attempt: 3 })]);
    expect(lines[0]?.['error']).toMatchObject({ code: 'slide-io', message: 'No answer from archive.' });
  });

  it.each([
    ['stopped', new CancelledFailure('the run is cancelled')],
    ['handed over', ApplicationFailure.create({ type: HANDED_OVER, message: 'another goes on' })],
  ])('but not one that is %s', async (_, thrown) => {
    expect(await linesOf(thrown)).toEqual({ lines: [], reached: thrown });
  });
});
