import { expect, it } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { sdkLogger } from '../../../platform/temporal/sdk-logger.ts';

function linesOf(say: (logger: ReturnType<typeof sdkLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string): void => void lines.push(JSON.parse(line)) };
  say(sdkLogger(createLog({ level: 'info', name: 'orchestrator', destination })));
  return lines;
}

it('what the SDK warns of is a line of our log, without what hangs on its errors', () => {
  const error = Object.assign(new Error('no answer'), { metadata: { authorization: 'Bearer secret' } });
  const meta = { sdkComponent: 'worker', taskQueue: 'h2g-plan-stat', error };
  const [line, ...more] = linesOf((logger) => logger.warn('Poll failed', meta));
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: 'warn', event: 'Temporal:Said', message: 'Poll failed', component: 'worker' });
  expect(line?.['error']).toMatchObject({ message: 'no answer' });
  expect(JSON.stringify(line)).not.toContain('secret');
});

it('errors stay errors, and the life of its workers is for debugging', () => {
  const lines = linesOf((logger) => {
    logger.info('Worker state changed', { state: 'RUNNING' });
    logger.log('WARN', 'No workflows registered, not polling for workflow tasks');
    logger.warn('Activity failed', {});
    logger.error('Worker failed');
  });
  expect(lines).toEqual([expect.objectContaining({ level: 'error', message: 'Worker failed' })]);
});
