import { createHash } from 'node:crypto';
import type { StackAddresses } from './control-messages.ts';
import { keepRunning, type KeptProcess } from './keep-running.ts';
import { logFile } from './stack-folders.ts';
import type { StackParts } from './stack-servers.ts';
import { startWorker } from './start-worker.ts';

const FIRST_BACKOFF_MS = 1_000;
/** A worker that fails this often in a row will not come up by trying again. */
const TRIES = 3;

export interface StackWorkers {
  readonly kept: () => readonly KeptProcess[];
  readonly bundleUrls: () => readonly string[];
  /** Starts a detector for the bundle if none runs. @throws H2gError with the last words of a worker that does not come up */
  ensureDetector(bundleUrl: string): Promise<void>;
  stop(): Promise<void>;
}

/** The orchestrator, from now on, and detectors as they are asked for. */
export function startWorkers(parts: StackParts, addresses: StackAddresses): StackWorkers {
  const orchestrator = keepWorker('orchestrator', { role: 'orchestrator', env: workerEnv(addresses, '') }, parts);
  const detectors = new Map<string, KeptProcess>();
  const detectorOf = (bundleUrl: string): KeptProcess => {
    const known = detectors.get(bundleUrl);
    if (known !== undefined) return known;
    const work = { role: 'detector', env: workerEnv(addresses, bundleUrl) };
    const detector = keepWorker(detectorName(bundleUrl), work, parts);
    detectors.set(bundleUrl, detector);
    return detector;
  };
  const kept = (): KeptProcess[] => [orchestrator, ...detectors.values()];
  return {
    kept,
    bundleUrls: () => [...detectors.keys()],
    ensureDetector: async (bundleUrl) => {
      await Promise.all([orchestrator.ready(TRIES), detectorOf(bundleUrl).ready(TRIES)]);
    },
    stop: async () => void (await Promise.all(kept().map((worker) => worker.stop()))),
  };
}

const detectorName = (bundleUrl: string): string =>
  `detector-${createHash('sha256').update(bundleUrl).digest('hex').slice(0, 8)}`;

interface WorkerKind {
  readonly role: string;
  readonly env: Readonly<Record<string, string>>;
}

function keepWorker(name: string, { role, env }: WorkerKind, parts: StackParts): KeptProcess {
  const { folders, ledger, onChange, settings } = parts;
  const [file = process.execPath, ...args] = settings.workerCommand;
  const command = {
    name,
    file,
    args: [...args, role],
    env: { ...process.env, ...env },
    cwd: folders.home,
    onSpawn: (pid: number): void => ledger.addProcess(name, pid),
  };
  const start = (signal: AbortSignal) => startWorker(command, logFile(folders, name), signal);
  return keepRunning({ name, firstBackoffMs: FIRST_BACKOFF_MS, onChange, start });
}

/** What a person may have set for a site's servers, whose lines are others; one address cannot be that of several workers, and our own patience is what it is. */
const OF_A_SITE = [
  'H2G_HTTP_ADDRESS',
  'H2G_DRAIN_SECONDS',
  'H2G_NATS_REPLICAS',
  ...['TLS', 'CA', 'CERT', 'KEY', 'API_KEY'].map((name) => `H2G_TEMPORAL_${name}`),
  ...['CA', 'CERT', 'KEY', 'CREDS'].map((name) => `H2G_NATS_${name}`),
];

/** In the words of `platform/config-variables.ts`. Workers of the local stack see the person's own files. */
function workerEnv({ temporal, nats, s3 }: StackAddresses, bundleUrl: string): Record<string, string> {
  return {
    ...Object.fromEntries(OF_A_SITE.map((name) => [name, ''])),
    H2G_TEMPORAL_ADDRESS: temporal,
    H2G_TEMPORAL_NAMESPACE: 'default',
    H2G_NATS_URL: nats,
    H2G_S3_ENDPOINT: s3.endpoint,
    H2G_S3_REGION: s3.region,
    H2G_S3_BUCKET: s3.bucket,
    H2G_S3_ACCESS_KEY: s3.accessKey,
    H2G_S3_SECRET_KEY: s3.secretKey,
    // The list is split at commas.
    H2G_BUNDLES: bundleUrl.replaceAll(',', '%2C'),
    H2G_ALLOW_FILE_SLIDES: 'true',
    H2G_LOG_LEVEL: process.env['H2G_LOG_LEVEL'] ?? 'info',
  };
}
