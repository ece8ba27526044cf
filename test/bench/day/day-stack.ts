import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../environment-of.ts';
import { realServer } from '../../real-servers.ts';
import type { RemoteServers } from '../../../platform/server-settings.ts';
import { WITHOUT_RESULTS } from '../without-results.ts';
import { startBenchWorker, type BenchWorker } from '../bench-worker.ts';

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
  readonly servers: RemoteServers;
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
  /** Whether results are encoded; without them the control plane alone is left. */
  readonly results: boolean;
  /** Arguments of Node for the orchestrators, a profiler's for example. */
  readonly nodeArgs?: readonly string[];
}

/** The three real servers, with the flags of the local stack, and the workers of the day. */
export async function startDayStack(options: DayWorkers): Promise<DayStack> {
  const [temporal, nats, minio] = await Promise.all([realServer('temporal'), realServer('nats'), realServer('minio')]);
  const { accessKey, secretKey, ...place } = minio.address;
  const servers: RemoteServers = {
    temporal: { address: temporal.address.grpc, namespace: temporal.address.namespace },
    natsUrl: nats.address.url,
    s3: { ...place, accessKey, secretKey },
  };
  const workers = startWorkers(servers, options);
  const lost = Promise.race(workers.map(({ worker }) => worker.lost));
  await Promise.race([Promise.all(workers.map(({ worker }) => worker.ready)), lost]);
  return {
    servers,
    processes: [
      { kind: 'temporal', pid: temporal.pid, dataDir: temporal.dataDir },
      { kind: 'nats', pid: nats.pid, dataDir: nats.dataDir },
      { kind: 'minio', pid: minio.pid, dataDir: minio.dataDir },
      ...workers.map(({ kind, worker }) => ({ kind, pid: worker.pid })),
    ],
    lost,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(({ worker }) => worker.stop()));
      await Promise.all([temporal.stop(), nats.stop(), minio.stop()]);
    },
  };
}

interface Labelled {
  readonly kind: Kind;
  readonly worker: BenchWorker;
}

function startWorkers(servers: RemoteServers, options: DayWorkers): Labelled[] {
  const { logDir, orchestrators, detectors, gpusEach, cellsPerSecond, detectingRuns, results, nodeArgs = [] } = options;
  mkdirSync(logDir, { recursive: true });
  const env = {
    ...process.env,
    ...environmentOf(servers),
    H2G_DETECTOR_THREADS: String(gpusEach),
    H2G_DETECTING_RUNS: String(detectingRuns),
  };
  const start = (kind: Kind, number: number, { role, nodeArgs = [] }: Role): Labelled => {
    const logFile = join(logDir, `${kind.replace(' ', '-')}-${number}.log`);
    return { kind, worker: startBenchWorker({ args: role, nodeArgs, env, logFile }) };
  };
  const detector = { role: ['detector', String(1 / cellsPerSecond)] };
  return [
    ...Array.from({ length: orchestrators }, (_, i) =>
      start('orchestrators', i, { role: ['orchestrator', ...(results ? [] : [WITHOUT_RESULTS])], nodeArgs }),
    ),
    ...Array.from({ length: detectors }, (_, i) => start('null detectors', i, detector)),
  ];
}

interface Role {
  readonly role: readonly string[];
  readonly nodeArgs?: readonly string[];
}
