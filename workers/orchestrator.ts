import { availableParallelism } from 'node:os';
import type { ActivityTools } from '../activities/ports.ts';
import type { H2gError } from '../domain/error.ts';
import { loadRemoteConfig, type RemoteConfig } from '../platform/config.ts';
import type { Environment } from '../platform/config-variables.ts';
import { sha256 } from '../platform/digest.ts';
import { connectNats, natsPlace } from '../platform/jetstream/connect-nats.ts';
import { queueError } from '../platform/jetstream/nats-fault.ts';
import { createTileQueue } from '../platform/jetstream/tile-queue.ts';
import { watchConnection } from '../platform/jetstream/watch-connection.ts';
import type { Log } from '../platform/log.ts';
import { createRegistry } from '../platform/metrics/create-registry.ts';
import { createStepMeter } from '../platform/metrics/step-meter.ts';
import { createS3Store } from '../platform/s3/s3-store.ts';
import type { Tracing } from '../platform/tracing/tracing.ts';
import { BundleFolders } from './bundle-folders.ts';
import { bundleCacheDir } from './bundle-cache-dir.ts';
import { openProbes } from './open-probes.ts';
import { createSlideSourceOpener } from './open-slide-source.ts';
import { openTracedLog } from './open-traced-log.ts';
import { createModelTools } from './orchestrator/model-tools.ts';
import { createResultTools } from './orchestrator/result-tools.ts';
import { createSlideTools, type PlanePools } from './orchestrator/slide-tools.ts';
import { serveSteps } from './orchestrator/serve-steps.ts';
import { Readiness } from './readiness.ts';
import { lookAtStore, requireStoreAccess } from './require-store-access.ts';
import { SlideCache } from './slide-cache.ts';
import { describeSoftware } from './software.ts';
import { createInferencePool } from './threads/inference-pool.ts';
import { createLanePools } from './threads/lane-pools.ts';
import { createThreadPool } from './threads/thread-pool.ts';
import type { Refined, RefineTask } from './threads/refine-thread.ts';
import type { ThreadSettings } from './threads/thread-settings.ts';
import { watchServer } from './watch-server.ts';
import { workerName } from './worker-name.ts';

/** Idle networks and decoders give their memory back after this long. */
const IDLE_SECONDS = 30;

/**
 * The Temporal worker: the story of a run and its steps. Ends when `signal` aborts, after the steps in hand have been told; likewise where the
 * broker or Temporal refuses it for good, and then with an error: started again it may have been given another login, or find its namespace.
 * @throws H2gError `queue-unreachable`, `control-unreachable`
 */
export async function runOrchestrator({ env, signal }: { env: Environment; signal: AbortSignal }): Promise<void> {
  const config = loadRemoteConfig(env);
  await using traced = await openTracedLog('orchestrator', { env, config, worker: workerName() });
  const { log, tracing } = traced;
  const served = config.httpAddress !== undefined;
  const registry = createRegistry({ role: 'orchestrator', version: describeSoftware().version, served });
  const readiness = new Readiness(['the store', 'the broker', 'Temporal']);
  await using _probes = await openProbes({ role: 'orchestrator', config, registry, readiness, signal, log });
  const refused = new AbortController();
  const onRefused = (why: H2gError): void => refused.abort(why);
  await using tools = await openTools(config, { env, log, tracing, readiness, onRefused, signal });
  const meter = createStepMeter(registry);
  const working = AbortSignal.any([signal, refused.signal]);
  const onTemporal = readiness.telling('Temporal');
  await serveSteps(tools, { config, log, meter, tracing, onTemporal, onRefused, signal: working });
  if (!signal.aborted) refused.signal.throwIfAborted();
}

interface Opening {
  readonly env: Environment;
  readonly log: Log;
  readonly tracing: Tracing;
  readonly readiness: Readiness<'the store' | 'the broker' | 'Temporal'>;
  /** Told when the connection to the broker is closed, and not by us. */
  readonly onRefused: (why: H2gError) => void;
  readonly signal: AbortSignal;
}

async function openTools(
  config: RemoteConfig,
  { env, log, tracing, readiness, onRefused, signal }: Opening,
): Promise<ActivityTools & AsyncDisposable> {
  const { servers } = config;
  const store = createS3Store(servers.s3);
  await requireStoreAccess(store);
  readiness.met('the store');
  void watchServer({ ask: () => lookAtStore(store), onChange: readiness.telling('the store'), signal });
  const link = await connectNats({
    ...natsPlace(servers),
    name: 'h2g orchestrator',
    role: 'orchestrator',
    log,
    signal,
  });
  readiness.met('the broker');
  void watchConnection(link.nc, readiness.telling('the broker'));
  // Whatever else happens to a line, the client mends it; a login that is refused twice it gives up.
  void link.nc.closed().then((why) => onRefused(queueError(why ?? new Error('the line was closed'), 'stay connected')));
  const settings: ThreadSettings = { ...config, s3: servers.s3, refineThreads: availableParallelism() };
  const forThreads = { data: settings, idleSeconds: IDLE_SECONDS };
  const planes: PlanePools = createLanePools(() =>
    createThreadPool({ ...forThreads, entry: './plane-thread.js', name: 'plane', threads: availableParallelism() }),
  );
  const refiners = createLanePools<RefineTask, Refined>(() =>
    createInferencePool({ ...forThreads, entry: './refine-thread.js', name: 'refine', threads: 1 }),
  );
  const opener = createSlideSourceOpener(settings);
  const slides = new SlideCache(opener.open);
  return {
    store,
    queue: createTileQueue(link, { log, replicas: config.natsReplicas, place: () => tracing.active() }),
    slides: createSlideTools(slides, planes),
    models: createModelTools(new BundleFolders(store, bundleCacheDir(env)), refiners),
    results: createResultTools(),
    software: describeSoftware(),
    digest: sha256,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([planes.close(), refiners.close(), slides.close()]);
      opener.close();
      await link.close();
      store.close();
    },
  };
}
