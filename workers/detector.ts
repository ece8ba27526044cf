import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { modelToken } from '../domain/bundle.ts';
import { H2gError } from '../domain/error.ts';
import type { Provider } from '../domain/provider.ts';
import { createClassifier } from '../models/create-classifier.ts';
import type { Bundle } from '../models/load-bundle.ts';
import { PROVIDER_TRAITS } from '../models/providers.ts';
import { loadRemoteConfig, type RemoteConfig } from '../platform/config.ts';
import type { Environment } from '../platform/config-variables.ts';
import type { Log } from '../platform/log.ts';
import { natsPlace } from '../platform/jetstream/connect-nats.ts';
import { createBatchMeter, type BatchMeter } from '../platform/metrics/batch-meter.ts';
import { createRegistry } from '../platform/metrics/create-registry.ts';
import { createS3Store } from '../platform/s3/s3-store.ts';
import { bundleCacheDir } from './bundle-cache-dir.ts';
import { BundleFolders } from './bundle-folders.ts';
import { createFetchBatch, type FetchBatch } from './detector/fetch-batch.ts';
import type { ScoreTools } from './detector/score-batch.ts';
import { serveQueue } from './detector/serve-queue.ts';
import { traceStages } from './detector/trace-batches.ts';
import { openProbes } from './open-probes.ts';
import { createSlideSourceOpener } from './open-slide-source.ts';
import { openTracedLog } from './open-traced-log.ts';
import { Readiness } from './readiness.ts';
import { requireStoreAccess } from './require-store-access.ts';
import { SlideCache } from './slide-cache.ts';
import { describeSoftware } from './software.ts';
import type { Classified, ClassifyTask, WarmTask } from './threads/classify-thread.ts';
import { createInferencePool } from './threads/inference-pool.ts';
import type { ThreadPool } from './threads/thread-pool.ts';
import type { ThreadSettings } from './threads/thread-settings.ts';
import { workerName } from './worker-name.ts';

/**
 * The JetStream consumer: takes batches, classifies their cells, publishes the scores. Ends when `signal` aborts, after the batches in work; with its
 * whole process where a thread hangs in native code.
 */
export async function runDetector({ env, signal }: { env: Environment; signal: AbortSignal }): Promise<void> {
  const config = loadRemoteConfig(env);
  const worker = workerName();
  await using traced = await openTracedLog('detector', { env, config, worker });
  const { log, tracing } = traced;
  const served = config.httpAddress !== undefined;
  const registry = createRegistry({ role: 'detector', version: describeSoftware().version, served });
  const meter = traceStages(createBatchMeter(registry), tracing);
  const readiness = new Readiness(['its networks', 'the broker']);
  const stuck = new AbortController();
  const probed = { role: 'detector', config, registry, readiness, signal, stuck: stuck.signal, log };
  await using _probes = await openProbes(probed);
  const store = createS3Store(config.servers.s3);
  await requireStoreAccess(store);
  const { bundles, providers } = await loadBundles(config, new BundleFolders(store, bundleCacheDir(env)), log);
  const settings: ThreadSettings = { ...config, s3: config.servers.s3, refineThreads: 1 };
  const threads = config.detectorThreads ?? Math.min(...providers.map(usualThreads));
  const pool = createInferencePool<ClassifyTask | WarmTask, Classified>({
    entry: './classify-thread.js',
    name: 'classify',
    threads,
    data: settings,
    limit: { ms: config.batchSeconds * 1000, onStuck: () => stuck.abort() },
  });
  const opener = createSlideSourceOpener(settings);
  const slides = new SlideCache(opener.open);
  const place = natsPlace(config.servers);
  const models = [...bundles.keys()];
  meter.serving(models, false);
  try {
    await warmUp(pool, bundles);
    readiness.met('its networks');
    const onReady = (isReady: boolean): void => {
      readiness.telling('the broker')(isReady);
      meter.serving(models, isReady);
    };
    const toolsOf = scoreToolsOf({ bundles, pool, worker, slides, meter });
    const { drainSeconds } = config;
    await serveQueue(
      { place, worker, models, threads, drainSeconds, log, meter, tracing, onReady, scoreToolsOf: toolsOf },
      AbortSignal.any([signal, stuck.signal]),
    );
  } finally {
    await Promise.all([pool.close(), slides.close()]);
    opener.close();
    store.close();
    log.info({ worker, stuck: stuck.signal.aborted }, 'Worker:Stopped');
  }
  // An orderly exit would wait for the thread that hangs; whoever supervises starts a fresh process.
  if (stuck.signal.aborted) process.kill(process.pid, 'SIGKILL');
}

/** By model token. */
type Bundles = ReadonlyMap<string, Bundle>;

/** On a GPU one thread decodes while the other's patches are computed; more would only hold its memory. */
const THREADS_ON_A_GPU = 2;

const usualThreads = (provider: Provider): number =>
  PROVIDER_TRAITS[provider].calls === 'one' ? availableParallelism() : THREADS_ON_A_GPU;

/** Each is checked whole before any slide is touched. */
async function loadBundles(
  { bundles, providers }: RemoteConfig,
  folders: BundleFolders,
  log: Log,
): Promise<{ bundles: Bundles; providers: Provider[] }> {
  if (bundles.length === 0)
    throw new H2gError({
      code: 'usage',
      message: 'A detector needs to know which model bundles it serves: H2G_BUNDLES is empty.',
      hint: 'Set H2G_BUNDLES to one or more folders or s3:// addresses of bundles, with commas between.',
    });
  const loaded = await Promise.all(bundles.map((place) => folders.load(urlOf(place))));
  const used: Provider[] = [];
  for (const bundle of loaded) used.push(await tryOut(bundle, providers, log));
  const byToken = loaded.map((bundle) => [modelToken({ ...bundle.manifest, digest: bundle.digest }), bundle] as const);
  return { bundles: new Map(byToken), providers: used };
}

/** The network opens, has the ports that the bundle says, and gives a probability for a black patch. @returns what computes it */
async function tryOut(bundle: Bundle, providers: RemoteConfig['providers'], log: Log): Promise<Provider> {
  const { id, version, detection } = bundle.manifest;
  const classifier = await createClassifier(bundle, { providers });
  const { provider, skipped, patchesPerCall } = classifier;
  await classifier.classify(new Uint8Array(detection.patchPx ** 2 * 3), 1);
  await classifier.release();
  log.info({ bundle: `${id} ${version}`, provider, skipped, patchesPerCall }, 'Bundle:Loaded');
  return provider;
}

/** Each thread opens its networks before there is work: the first batches would wait for it otherwise, longest on a GPU. */
async function warmUp(pool: ThreadPool<WarmTask, Classified>, bundles: Bundles): Promise<void> {
  for (const { dir, manifest } of bundles.values()) {
    const task: WarmTask = { bundleDir: dir, warmPatchPx: manifest.detection.patchPx };
    // A GPU may build its engine for minutes.
    await Promise.all(Array.from({ length: pool.threads }, () => pool.run(task, { unlimited: true })));
  }
}

/** A folder's path or a URL. */
const urlOf = (place: string): string => (/^[a-z0-9]+:\/\//.test(place) ? place : pathToFileURL(`${place}/`).href);

interface Scoring {
  readonly bundles: Bundles;
  readonly pool: ThreadPool<ClassifyTask, Classified>;
  readonly worker: string;
  readonly slides: SlideCache;
  readonly meter: BatchMeter;
}

function scoreToolsOf({ bundles, pool, worker, slides, meter }: Scoring): (model: string) => ScoreTools {
  const fetchFromStore = createFetchBatch(slides);
  const fetchBatch: FetchBatch = (place) => meter.time('fetch', () => fetchFromStore(place));
  const timedPool: typeof pool = {
    ...pool,
    run: (task, options) => meter.time('classify', () => pool.run(task, options)),
  };
  return (model) => {
    const bundle = bundles.get(model);
    if (!bundle) throw new Error(`a batch of ${model} came to a detector of ${[...bundles.keys()].join(', ')}`);
    return { pool: timedPool, fetchBatch, worker, bundleDir: bundle.dir, patchPx: bundle.manifest.detection.patchPx };
  };
}
