import { availableParallelism } from 'node:os';
import type { ActivityTools } from '../activities/ports.ts';
import { loadRemoteConfig, type Environment, type RemoteConfig } from '../platform/config.ts';
import { sha256 } from '../platform/digest.ts';
import { connectNats } from '../platform/jetstream/connect-nats.ts';
import { createTileQueue } from '../platform/jetstream/tile-queue.ts';
import { createLog, type Log } from '../platform/log.ts';
import { createS3Store } from '../platform/s3/s3-store.ts';
import { BundleFolders } from './bundle-folders.ts';
import { bundleCacheDir } from './bundle-cache-dir.ts';
import { createSlideSourceOpener } from './open-slide-source.ts';
import { createModelTools } from './orchestrator/model-tools.ts';
import { createResultTools } from './orchestrator/result-tools.ts';
import { createSlideTools, type PlanePools } from './orchestrator/slide-tools.ts';
import { serveSteps } from './orchestrator/serve-steps.ts';
import { requireStoreAccess } from './require-store-access.ts';
import { SlideCache } from './slide-cache.ts';
import { describeSoftware } from './software.ts';
import { createLanePools } from './threads/lane-pools.ts';
import type { Refined, RefineTask } from './threads/refine-thread.ts';
import type { ThreadSettings } from './threads/thread-settings.ts';

/** Idle networks and decoders give their memory back after this long. */
const IDLE_SECONDS = 30;

/** The Temporal worker: the story of a run and its steps. Ends when `signal` aborts, after the steps in hand have been told. */
export async function runOrchestrator({ env, signal }: { env: Environment; signal: AbortSignal }): Promise<void> {
  const config = loadRemoteConfig(env);
  const log = createLog({ level: config.logLevel, name: 'orchestrator' });
  await using tools = await openTools(config, { env, log, signal });
  await serveSteps(tools, { config, log, signal });
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
  const planes: PlanePools = createLanePools({
    entry: './plane-thread.js',
    name: 'plane',
    threads: availableParallelism(),
    data: settings,
    idleSeconds: IDLE_SECONDS,
  });
  const refiners = createLanePools<RefineTask, Refined>({
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
