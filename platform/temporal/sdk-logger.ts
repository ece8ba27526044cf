import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import type { Log } from '../log.ts';

/** What the SDK warns of without need: workers of steps alone are meant, and a step that failed is told by `Step:Failed`. */
const KNOWN = ['No workflows registered', 'Activity failed'];

/**
 * The Temporal SDK's words as lines of our log, under `Temporal:Said`: a collector reads one form. Of its account of each worker's life (`INFO` and below) only
 * debugging wants to hear.
 */
export function sdkLogger(log: Log): Logger {
  const say = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const { error, sdkComponent, taskQueue, workflowId, activityType, attempt } = meta;
    const facts = { message, component: sdkComponent, taskQueue, workflowId, activityType, attempt, error };
    log[severityOf(level, message)](facts, 'Temporal:Said');
  };
  return {
    log: say,
    trace: (message, meta) => say('TRACE', message, meta),
    debug: (message, meta) => say('DEBUG', message, meta),
    info: (message, meta) => say('INFO', message, meta),
    warn: (message, meta) => say('WARN', message, meta),
    error: (message, meta) => say('ERROR', message, meta),
  };
}

function severityOf(level: LogLevel, message: string): 'debug' | 'warn' | 'error' {
  if (level === 'ERROR') return 'error';
  return level === 'WARN' && !KNOWN.some((known) => message.startsWith(known)) ? 'warn' : 'debug';
}
