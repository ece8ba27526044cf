/** Process entry: an orchestrator or a detector for benches, of the product's parts and tools that cost nothing. Ends with its standard input. */
import '../../apps/cli/silence-libraries.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { loadRemoteConfig } from '../../platform/config.ts';
import { connectNats, natsPlace } from '../../platform/jetstream/connect-nats.ts';
import { createTileQueue } from '../../platform/jetstream/tile-queue.ts';
import { createLog } from '../../platform/log.ts';
import { createBatchMeter } from '../../platform/metrics/batch-meter.ts';
import { createRegistry } from '../../platform/metrics/create-registry.ts';
import { createStepMeter } from '../../platform/metrics/step-meter.ts';
import { NO_TRACING } from '../../platform/tracing/tracing.ts';
import { sha256 } from '../../platform/digest.ts';
import { baselineBundleDir } from '../../models/shipped-bundles.ts';
import { modelToken } from '../../domain/bundle.ts';
import { readBundle } from '../../models/load-bundle.ts';
import { serveQueue } from '../../workers/detector/serve-queue.ts';
import { createResultTools } from '../../workers/orchestrator/result-tools.ts';
import { serveSteps } from '../../workers/orchestrator/serve-steps.ts';
import { describeSoftware } from '../../workers/software.ts';
import { workerName } from '../../workers/worker-name.ts';
import { nullScoreTools } from './null-detector.ts';
import { nullModelTools, nullResultTools, nullSlideTools } from './day/null-tools.ts';
import { WITHOUT_RESULTS } from './without-results.ts';

const [role = '', option = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
process.stdin.on('end', () => stop.abort()).resume();

const config = loadRemoteConfig(process.env);
const log = createLog({ level: config.logLevel, name: role });
const registry = createRegistry({ role, version: describeSoftware().version, served: false });
const { manifest, digest } = await readBundle(baselineBundleDir());

const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  orchestrator: async () => {
    const store = createS3Store(config.servers.s3);
    const link = await connectNats({ url: config.servers.natsUrl, name: 'h2g orchestrator', log });
    const tools = {
      store,
      queue: createTileQueue(link, { log }),
      slides: nullSlideTools,
      models: nullModelTools(manifest),
      results: option === WITHOUT_RESULTS ? nullResultTools : createResultTools(),
      software: describeSoftware(),
      digest: sha256,
    };
    const meter = createStepMeter(registry);
    await serveSteps(tools, {
      config,
      log,
      meter,
      tracing: NO_TRACING,
      onTemporal: () => undefined,
      onRefused: (why) => stop.abort(why),
      signal: stop.signal,
    });
    await link.close();
    store.close();
  },
  detector: async () => {
    const worker = workerName();
    const tools = nullScoreTools(worker, (cells) => cells * Number(option));
    const serving = { place: natsPlace(config.servers), worker, models: [modelToken({ ...manifest, digest })], log };
    const { drainSeconds, detectorThreads: threads = 1 } = config;
    const told = { meter: createBatchMeter(registry), tracing: NO_TRACING, onReady: () => undefined };
    await serveQueue({ ...serving, ...told, threads, drainSeconds, scoreToolsOf: () => tools }, stop.signal);
  },
};

await ROLES[role]?.();
// The SDK's native parts would keep the process for another moment.
process.exit();
