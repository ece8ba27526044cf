import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awaitLogLine } from '../../../infra/local/supervisor/await-log-line.ts';
import { realServer } from '../../real-servers.ts';
import type { ServerSettings } from '../../../platform/config.ts';

/** What the processes of the day are told apart by. */
export const KINDS = ['temporal', 'nats', 'minio', 'orchestrators', 'null detectors'] as const;
export type Kind = (typeof KINDS)[number];

export interface DayProcess {
  readonly kind: Kind;
  readonly pid: number;
  /** Where a server keeps its data. */
  readonly dataDir?: string;
}

export interface DayStack extends AsyncDisposable {
  readonly servers: ServerSettings;
  readonly processes: readonly DayProcess[];
  /** Rejects when a worker ends before it is asked to. */
  readonly lost: Promise<never>;
}

export interface DayWorkers {
  /** Logs of the workers. */
  readonly logDir: string;
  readonly orchestrators: number;
  readonly detectors: number;
  /** Batches that each detector has in work at once, each as on a GPU of its own. */
  readonly gpusEach: number;
  readonly cellsPerSecond: number;
  readonly detectingRuns: number;
  /** Arguments of Node for the orchestrators, a profiler's for example. */
  readonly nodeArgs?: readonly string[];
}

/** The three real servers, with the flags of the local stack, and the workers of the day. */
export async function startDayStack(options: DayWorkers): Promise<DayStack> {
  const [temporal, nats, minio] = await Promise.all([realServer('temporal'), realServer('nats'), realServer('minio')]);
  const { accessKey, secretKey, ...place } = minio.address;
  const servers: ServerSettings = {
    temporal: { address: temporal.address.grpc, namespace: temporal.address.namespace },
    natsUrl: nats.address.url,
    s3: { ...place, accessKey, secretKey },
  };
  const workers = startWorkers(servers, options);
  const lost = Promise.race(workers.map(untimelyEnd));
  await Promise.race([Promise.all(workers.map(atWork)), lost]);
  return {
    servers,
    processes: [
      { kind: 'temporal', pid: temporal.pid, dataDir: temporal.dataDir },
      { kind: 'nats', pid: nats.pid, dataDir: nats.dataDir },
      { kind: 'minio', pid: minio.pid, dataDir: minio.dataDir },
      ...workers.map(({ kind, child }) => ({ kind, pid: child.pid ?? 0 })),
    ],
    lost,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(stopWorker));
      await Promise.all([temporal.stop(), nats.stop(), minio.stop()]);
    },
  };
}

interface DayWorker {
  readonly kind: Kind;
  readonly child: ChildProcess;
  readonly logFile: string;
  stopping: boolean;
}

const READY_MARK = '"Worker:Ready"';

/** What a process computes until it is ready is no part of the day. */
const atWork = ({ logFile }: DayWorker): Promise<void> =>
  awaitLogLine({ file: logFile, fromByte: 0 }, READY_MARK, AbortSignal.timeout(READY_WITHIN_MS));

const READY_WITHIN_MS = 60_000;

const ENTRY = fileURLToPath(new URL('./day-worker.js', import.meta.url));

function startWorkers(servers: ServerSettings, options: DayWorkers): DayWorker[] {
  const { logDir, orchestrators, detectors, gpusEach, cellsPerSecond, detectingRuns, nodeArgs = [] } = options;
  mkdirSync(logDir, { recursive: true });
  const env = {
    ...process.env,
    ...environmentOf(servers),
    H2G_DETECTOR_THREADS: String(gpusEach),
    H2G_DETECTING_RUNS: String(detectingRuns),
  };
  const start = (kind: Kind, number: number, args: readonly string[]): DayWorker => {
    const logFile = join(logDir, `${args[args.indexOf(ENTRY) + 1] ?? kind}-${number}.log`);
    const log = openSync(logFile, 'w');
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', log, log] });
    return { kind, child, logFile, stopping: false };
  };
  return [
    ...Array.from({ length: orchestrators }, (_, i) => start('orchestrators', i, [...nodeArgs, ENTRY, 'orchestrator'])),
    ...Array.from({ length: detectors }, (_, i) =>
      start('null detectors', i, [ENTRY, 'detector', String(1 / cellsPerSecond)]),
    ),
  ];
}

const environmentOf = ({ temporal, natsUrl, s3 }: ServerSettings): Record<string, string> => ({
  H2G_TEMPORAL_ADDRESS: temporal.address,
  H2G_TEMPORAL_NAMESPACE: temporal.namespace,
  H2G_NATS_URL: natsUrl,
  H2G_S3_ENDPOINT: s3.endpoint,
  H2G_S3_REGION: s3.region,
  H2G_S3_BUCKET: s3.bucket,
  H2G_S3_ACCESS_KEY: s3.accessKey,
  H2G_S3_SECRET_KEY: s3.secretKey,
});

async function untimelyEnd(worker: DayWorker): Promise<never> {
  const [code, signal] = (await once(worker.child, 'exit')) as [number | null, string | null];
  if (worker.stopping) return new Promise(() => {});
  throw new Error(`a worker of the ${worker.kind} ended by itself: ${signal ?? `exit code ${code}`}`);
}

const GRACE_MS = 20_000;

async function stopWorker(worker: DayWorker): Promise<void> {
  worker.stopping = true;
  if (worker.child.exitCode !== null || worker.child.signalCode !== null) return;
  const gone = once(worker.child, 'exit');
  worker.child.kill('SIGTERM');
  const killer = setTimeout(() => worker.child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(killer);
}
