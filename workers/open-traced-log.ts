import type { Config } from '../platform/config.ts';
import type { Environment } from '../platform/config-variables.ts';
import { createLog, type Log } from '../platform/log.ts';
import { openTracing } from '../platform/tracing/open-tracing.ts';
import { tracedLog } from '../platform/tracing/traced-log.ts';
import type { Tracing } from '../platform/tracing/tracing.ts';
import { describeSoftware } from './software.ts';

export interface TracedLog extends AsyncDisposable {
  readonly log: Log;
  readonly tracing: Tracing;
}

export interface WorkerFacts {
  readonly env: Environment;
  readonly config: Pick<Config, 'logLevel'>;
  readonly worker: string;
}

/** What a worker says of its work: lines, and traces where they are asked for. What is left of these is sent when it is disposed of. */
export async function openTracedLog(
  role: 'orchestrator' | 'detector',
  { env, config, worker }: WorkerFacts,
): Promise<TracedLog> {
  const log = createLog({ level: config.logLevel, name: role });
  const tracing = await openTracing(env, {
    service: `h2g-${role}`,
    version: describeSoftware().version,
    instance: worker,
    onTrouble: (message) => log.warn({ message }, 'Traces:NotSent'),
    onMended: () => log.info({}, 'Traces:SentAgain'),
  });
  return { log: tracedLog(log, tracing), tracing, [Symbol.asyncDispose]: () => tracing.close() };
}
