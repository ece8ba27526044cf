import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorker } from '../../infra/local/supervisor/start-worker.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { killWithUs } from '../kill-with-us.ts';
import { Victim } from './victim.ts';

const MAIN = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url));

export const WORKER_ROLES = ['detector', 'orchestrator'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

const HOW_MANY: Record<WorkerRole, number> = { detector: 3, orchestrator: 2 };

/** Where the workers of one kind find the servers. */
export interface WorkerAddresses {
  readonly temporal: string;
  readonly nats: string;
  readonly s3: S3Settings;
}

export interface WorkerPlaces {
  readonly folder: string;
  readonly logFolder: string;
  readonly bundleUrl: string;
}

export const workerLog = (logFolder: string, name: string): string => join(logFolder, `${name}.log`);

/** The product's own processes, configured from the environment as a site would. */
export function startVictimWorkers(role: WorkerRole, addresses: WorkerAddresses, places: WorkerPlaces): Victim[] {
  const env = { ...process.env, ...workerEnv(addresses, places) };
  return Array.from({ length: HOW_MANY[role] }, (_, i) => {
    const name = `${role}-${i + 1}`;
    const command = {
      name,
      file: process.execPath,
      args: ['--no-warnings', MAIN, 'worker', role],
      env,
      cwd: places.folder,
      onSpawn: (pid: number): void => void killWithUs(pid),
    };
    return new Victim({ name, role }, (signal) => startWorker(command, workerLog(places.logFolder, name), signal));
  });
}

const workerEnv = ({ temporal, nats, s3 }: WorkerAddresses, { folder, bundleUrl }: WorkerPlaces) => ({
  H2G_TEMPORAL_ADDRESS: temporal,
  H2G_NATS_URL: nats,
  H2G_S3_ENDPOINT: s3.endpoint,
  H2G_S3_REGION: s3.region,
  H2G_S3_BUCKET: s3.bucket,
  H2G_S3_ACCESS_KEY: s3.accessKey,
  H2G_S3_SECRET_KEY: s3.secretKey,
  H2G_BUNDLES: bundleUrl,
  H2G_DETECTOR_THREADS: '1',
  H2G_CACHE: join(folder, 'cache'),
  // So that it is known what is in whose hands.
  H2G_LOG_LEVEL: 'debug',
});
