import type { Log, LogFields } from '../log.ts';
import { NO_TRACING, traceIdOf, type Tracing } from './tracing.ts';

/** The same log with a `traceId` on each line that is written while a span is active. */
export function tracedLog(log: Log, tracing: Tracing): Log {
  if (tracing === NO_TRACING) return log;
  const within = (fields: LogFields): LogFields => {
    const traceId = traceIdOf(tracing.active());
    return traceId === undefined ? fields : { traceId, ...fields };
  };
  return {
    debug: (fields, event) => log.debug(within(fields), event),
    info: (fields, event) => log.info(within(fields), event),
    warn: (fields, event) => log.warn(within(fields), event),
    error: (fields, event) => log.error(within(fields), event),
    child: (fields) => tracedLog(log.child(fields), tracing),
  };
}
