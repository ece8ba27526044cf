import type { Registry } from 'prom-client';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { showReadiness } from '../platform/metrics/show-readiness.ts';
import { serveProbes } from '../platform/probes/serve-probes.ts';
import type { Readiness } from './readiness.ts';

export interface Probed {
  readonly role: string;
  readonly config: Pick<Config, 'httpAddress'>;
  readonly registry: Registry;
  readonly readiness: Readiness<string>;
  /** Aborts when the process is asked to end: it is not to be given work any more. */
  readonly signal: AbortSignal;
  /** Aborts when it will not work until it is started again. */
  readonly stuck?: AbortSignal;
  readonly log: Log;
}

/** Answers probes while the process works, where H2G_HTTP_ADDRESS says so. @throws H2gError `port-in-use`, `usage` */
export async function openProbes(probed: Probed): Promise<AsyncDisposable> {
  const { role, config, registry, readiness, signal, stuck, log } = probed;
  if (config.httpAddress === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  showReadiness(registry, { role, needs: readiness.needs, missing: () => readiness.missing });
  const server = await serveProbes(config.httpAddress, {
    waitsFor: () => (signal.aborted ? ['its end'] : readiness.missing),
    stuck: () => (stuck?.aborted === true ? 'a thread hangs in inference' : undefined),
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  });
  log.info({ address: config.httpAddress, port: server.port }, 'Probes:Answered');
  return server;
}
