import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { ActivityTools } from '../activities/ports.ts';
import { LANES } from '../domain/run-spec.ts';
import { CONTROL_QUEUE, stepQueue, STEPS } from '../domain/segment-slide.ts';
import { loadRemoteConfig, type Environment, type RemoteConfig } from '../platform/config.ts';
import { sha256 } from '../platform/digest.ts';
import { connectNats } from '../platform/jetstream/connect-nats.ts';
import { createTileQueue } from '../platform/jetstream/tile-queue.ts';
import { createLog, type Log } from '../platform/log.ts';
import { packageRoot } from '../platform/package-root.ts';
import { createS3Store } from '../platform/s3/s3-store.ts';
import { BundleFolders } from './bundle-folders.ts';
import { bundleCacheDir } from './bundle-cache-dir.ts';
import { createSlideSourceOpener } from './open-slide-source.ts';
import { createModelTools } from './orchestrator/model-tools.ts';
import { createResultTools } from './orchestrator/result-tools.ts';
import { createSlideTools, type PlanePool } from './orchestrator/slide-tools.ts';
import { stepPlaces } from './orchestrator/step-places.ts';
import { requireStoreAccess } from './require-store-access.ts';
import { SlideCache } from './slide-cache.ts';
import { describeSoftware } from './software.ts';
import type { Refined, RefineTask } from './threads/refine-thread.ts';
import { createThreadPool } from './threads/thread-pool.ts';
import type { ThreadSettings } from './threads/thread-settings.ts';
import { untilAborted } from './until-aborted.ts';

/** A poll brings one task, and a step takes longer than a poll. */
const POLLS_OF_A_STEP = 1;

/** Idle networks and decoders give their memory back after this long. */
const IDLE_SECONDS = 30;

/** The Temporal worker: the story of a run and its steps. Ends when `signal` aborts, after the steps in hand have been told. */
export async function runOrchestrator({ env, signal }: { env: Environment; signal: AbortSignal }): Promise<void> {
  const config = loadRemoteConfig(env);
  const log = createLog({ level: config.logLevel, name: 'orchestrator' });
  Runtime.install({ shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter: 'WARN' } } });
  await using tools = await openTools(config, { env, log, signal });
  const connection = await NativeConnection.connect({ address: config.servers.temporal.address });
  try {
    await serve({ config, log, signal, connection, activities: createActivities(tools) });
  } finally {
    await connection.close();
  }
}

interface Serving {
  readonly config: RemoteConfig;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly connection: NativeConnection;
  readonly activities: ReturnType<typeof createActivities>;
}

async function serve({ config, log, signal, connection, activities }: Serving): Promise<void> {
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.servers.temporal.namespace,
    activities,
    // Cancels are seen with a heartbeat, and heartbeats are throttled by this.
    maxHeartbeatThrottleInterval: '200ms',
    shutdownGraceTime: '5s',
  };
  const control = Worker.create({
    ...common,
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: join(packageRoot(), 'dist', 'workflow-bundle.js') },
    stickyQueueScheduleToStartTimeout: '1s',
  });
  const places = stepPlaces({ cores: availableParallelism(), detectingRuns: config.detectingRuns });
  const steps = STEPS.flatMap((step) =>
    LANES.map((lane) =>
      Worker.create({
        ...common,
        taskQueue: stepQueue(step, lane),
        maxConcurrentActivityTaskExecutions: places[step][lane],
        maxConcurrentActivityTaskPolls: POLLS_OF_A_STEP,
      }),
    ),
  );
  const workers = await Promise.all([control, ...steps]);
  log.info({ places }, 'Worker:Ready');
  const stopped = untilAborted(signal);
  await Promise.all(workers.map((worker) => worker.runUntil(stopped)));
}

async function openTools(
  config: RemoteConfig,
  { env, log, signal }: { env: Environment; log: Log; signal: AbortSignal },
): Promise<ActivityTools & AsyncDisposable> {
  const { servers } = config;
  const store = createS3Store(servers.s3);
  await requireStoreAccess(store);
  const link = await connectNats({ url: servers.natsUrl, name: 'h2g orchestrator', log, signal });
  const settings: ThreadSettings = { ...config, s3: servers.s3, refineThreads: availableParallelism() };
  const planes: PlanePool = createThreadPool({
    entry: './plane-thread.js',
    name: 'plane',
    threads: availableParallelism(),
    data: settings,
    idleSeconds: IDLE_SECONDS,
  });
  const refiners = createThreadPool<RefineTask, Refined>({
    entry: './refine-thread.js',
    name: 'refine',
    threads: 1,
    data: settings,
    idleSeconds: IDLE_SECONDS,
  });
  const opener = createSlideSourceOpener(settings);
  const slides = new SlideCache(opener.open);
  return {
    store,
    queue: createTileQueue(link, { log }),
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
