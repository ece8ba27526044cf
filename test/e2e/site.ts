import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESULT_FILES, resultKey } from '../../domain/keys.ts';
import type { Lane, RunSpec } from '../../domain/run-spec.ts';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import type { S3Address } from '../../infra/local/ensure-bucket.ts';
import type { ServerDefinition } from '../../infra/local/servers/server-definition.ts';
import type { ProcessExit } from '../../infra/local/spawn-logged.ts';
import { startWorker } from '../../infra/local/supervisor/start-worker.ts';
import type { NatsRole } from '../../platform/jetstream/connect-nats.ts';
import type { RunClient } from '../../platform/run-client.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal, type TemporalLink } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import { placeBundleDir, placeQuestion } from '../fixtures/place-question.ts';
import { killWithUs } from '../kill-with-us.ts';
import { realServer } from '../real-servers.ts';

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's protocol. */
const STARTED = 2;
const MAIN = join(import.meta.dirname, '../../dist/apps/cli/main.js');

/** A line of a worker's log. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly event: string;
  readonly runId?: string;
  readonly batch?: number;
  readonly lane?: Lane;
  /** How a lease ended. */
  readonly how?: string;
  /** Where it answers probes. */
  readonly port?: number;
  /** Where it is traced. */
  readonly traceId?: string;
}

export interface SiteWorker {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  lines(): Promise<LogLine[]>;
  /** All that it wrote. */
  text(): Promise<string>;
}

export interface Gathering {
  readonly attempt: number;
  readonly isStarted: boolean;
  /** The type of what ended the attempt before; undefined where there was none, or it was not the worker that said so. */
  readonly lastFailure?: string;
}

/** Servers, and workers that are told of them by their environment, as a hospital has them; nothing restarts what ends. */
export interface Site extends AsyncDisposable {
  readonly link: TemporalLink;
  /** By which the command line finds the servers. */
  readonly env: Readonly<Record<string, string>>;
  /** By which a role does. */
  envOf(role: NatsRole): Promise<Record<string, string>>;
  readonly bundleDir: string;
  readonly brokerPid: number;
  readonly temporalPid: number;
  readonly storePid: number;
  readonly runs: RunClient;
  readonly store: S3Store;
  path(...parts: string[]): string;
  /** Resolves when it is ready. A detector has one inference thread. */
  start(role: 'detector' | 'orchestrator'): Promise<SiteWorker>;
  /** How far Temporal is with handing out the gathering of a run that is in detection. */
  gathering(runId: string): Promise<Gathering>;
  /** All lines of all its workers, also of those that have ended. */
  lines(): Promise<LogLine[]>;
  /** The slide, in the store, as a question to the bundle. */
  specOf(slidePath: string): Promise<RunSpec>;
}

/** A site that tells its servers, and each role, more than they must know. */
export interface SiteOptions {
  readonly nats?: ServerDefinition;
  /** What a role's environment says beyond, or instead of, that of all. */
  readonly envOf?: (role: NatsRole, at: { natsUrl: string; s3: S3Address }) => Promise<Record<string, string>>;
}

export async function openSite(
  makeBundle: (dir: string) => Promise<string>,
  { nats: definition, envOf = async () => ({}) }: SiteOptions = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'h2g-site-'));
  const [temporal, nats, s3] = await Promise.all([
    realServer('temporal'),
    realServer('nats', definition),
    realServer('minio'),
  ]);
  const store = createS3Store(s3.address);
  const link = await connectTemporal({ address: temporal.address.grpc, namespace: temporal.address.namespace });
  const runs = createTemporalRunClient(link);
  const bundleDir = await makeBundle(join(folder, 'bundle'));
  const workers: SiteWorker[] = [];
  let started = 0;
  const env = {
    H2G_TEMPORAL_ADDRESS: temporal.address.grpc,
    H2G_NATS_URL: nats.address.url,
    H2G_S3_ENDPOINT: s3.address.endpoint,
    H2G_S3_BUCKET: s3.address.bucket,
    H2G_S3_ACCESS_KEY: s3.address.accessKey,
    H2G_S3_SECRET_KEY: s3.address.secretKey,
    H2G_BUNDLES: bundleDir,
    H2G_DETECTOR_THREADS: '1',
    H2G_HTTP_ADDRESS: '127.0.0.1:0',
    H2G_CACHE: join(folder, 'cache'),
    H2G_LOG_LEVEL: 'debug',
  };

  const roleEnv = (role: NatsRole): Promise<Record<string, string>> =>
    envOf(role, { natsUrl: nats.address.url, s3: s3.address });

  const start: Site['start'] = async (role) => {
    const name = `${role}-${(started += 1)}`;
    const logFile = join(folder, `${name}.log`);
    const command = {
      name,
      file: process.execPath,
      args: ['--no-warnings', MAIN, 'worker', role],
      env: { ...process.env, ...env, ...(await roleEnv(role)) },
      onSpawn: (pid: number): void => void killWithUs(pid),
    };
    const { pid, exited } = await startWorker(command, logFile, new AbortController().signal);
    const worker = { pid, exited, lines: () => readLines(logFile), text: () => readFile(logFile, 'utf8') };
    workers.push(worker);
    return worker;
  };

  return {
    link,
    env: { ...env, ...(await roleEnv('client')) },
    envOf: async (role) => ({ ...env, ...(await roleEnv(role)) }),
    bundleDir,
    brokerPid: nats.pid,
    temporalPid: temporal.pid,
    storePid: s3.pid,
    runs,
    store,
    path: (...parts) => join(folder, ...parts),
    start,
    async gathering(runId) {
      const { raw } = await link.client.workflow.getHandle(workflowIdOf(runId)).describe();
      const found = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'gatherHeatmap');
      const lastFailure = found?.lastFailure?.applicationFailureInfo?.type;
      return { attempt: found?.attempt ?? 0, isStarted: found?.state === STARTED, ...(lastFailure && { lastFailure }) };
    },
    lines: async () => (await Promise.all(workers.map((worker) => worker.lines()))).flat(),
    specOf: async (slidePath) => placeQuestion(store, slidePath, await placeBundleDir(store, bundleDir)),
    async [Symbol.asyncDispose]() {
      for (const { pid } of workers) killIfThere(pid);
      await Promise.all(workers.map(({ exited }) => exited));
      await runs.close();
      store.close();
      await Promise.all([temporal.stop(), nats.stop(), s3.stop()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Where a worker answers probes. */
export async function probesPort(worker: SiteWorker): Promise<number> {
  const port = (await worker.lines()).find(({ event }) => event === 'Probes:Answered')?.port;
  if (port === undefined) throw new Error('a worker that answers no probes');
  return port;
}

/** What a worker shows to Prometheus. */
export async function metricsPage(worker: SiteWorker): Promise<string> {
  const address = `http://127.0.0.1:${await probesPort(worker)}/metrics`;
  return (await fetch(address, { signal: AbortSignal.timeout(5_000) })).text();
}

async function readLines(logFile: string): Promise<LogLine[]> {
  const text = await readFile(logFile, 'utf8');
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

/** What people get, `report.json` left out, as it holds times and worker ids. */
export async function storedResults(store: S3Store, runId: string): Promise<Record<string, string>> {
  const files = Object.values(RESULT_FILES).filter((file) => file !== RESULT_FILES.report);
  const entries = files.map(
    async (file) => [file, Buffer.from(await store.get(resultKey(runId, file))).toString('base64')] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
