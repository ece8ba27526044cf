import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleRef } from '../../domain/bundle.ts';
import { ensureBucket } from '../../infra/local/ensure-bucket.ts';
import { TEST_CREDENTIALS } from '../../infra/local/start-server.ts';
import type { S3Settings } from '../../platform/server-settings.ts';
import { connectNats, type NatsLink } from '../../platform/jetstream/connect-nats.ts';
import { SILENT_LOG } from '../../platform/log.ts';
import type { RunClient } from '../../platform/run-client.ts';
import { createS3Store, type S3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import { mountTinyDisk, type TinyDisk } from '../e2e/tiny-disk.ts';
import { Journal } from './journal.ts';
import { placeTestBundle } from './place-inputs.ts';
import { openLine, type Line } from './proxy.ts';
import type { Victim } from './victim.ts';
import { SERVER_ROLES, startVictimServer, type ServerRole, type VictimServer } from './victim-servers.ts';
import { startVictimWorkers, WORKER_ROLES, workerLog, type WorkerRole } from './victim-workers.ts';

export interface NamedLine {
  readonly server: ServerRole;
  /** Who speaks over it. */
  readonly users: WorkerRole;
  readonly line: Line;
}

/** A whole site: three servers, the lines to them, and the workers beyond; nothing of it is left when it is disposed of. */
export interface World extends AsyncDisposable {
  readonly bundle: BundleRef;
  readonly servers: Readonly<Record<ServerRole, VictimServer>>;
  readonly victims: readonly Victim[];
  readonly lines: readonly NamedLine[];
  /** Small disks under servers; none where this account may not mount any. */
  readonly disks: Readonly<Partial<Record<ServerRole, TinyDisk>>>;
  /** Where each server keeps its data. */
  readonly dataDirs: Readonly<Record<ServerRole, string>>;
  readonly journal: Journal;
  /** Direct, past the lines: for the hand that strikes and the eye that watches. */
  readonly link: NatsLink;
  readonly store: S3Store;
  readonly runs: RunClient;
}

export interface WorldPlace {
  /** Takes the logs, and all data for which there is no small disk. */
  readonly folder: string;
  readonly bundleDir: string;
}

const DISK_BYTES: Partial<Record<ServerRole, number>> = { nats: 96 << 20, minio: 256 << 20 };

/** @throws what a server says that does not start; nothing is left running then */
export async function openWorld(place: WorldPlace): Promise<World> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const world = await build(place, (closer) => void closers.push(closer));
    return { ...world, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

type Defer = (closer: () => unknown) => void;

async function build({ folder, bundleDir }: WorldPlace, defer: Defer): Promise<Omit<World, keyof AsyncDisposable>> {
  const logFolder = join(folder, 'logs');
  await mkdir(logFolder, { recursive: true });
  const disks = await mountDisks(defer);
  const dataDirs = await forEach(SERVER_ROLES, async (role) => join(disks[role]?.folder ?? folder, role));
  const startServer = async (role: ServerRole): Promise<VictimServer> => {
    const server = await startVictimServer(role, { logFolder, dataDir: dataDirs[role] });
    defer(() => server.victim.close());
    return server;
  };
  const servers = await forEach(SERVER_ROLES, startServer);
  await Promise.all(Object.values(servers).map(({ victim }) => victim.up()));

  const s3 = s3At(servers.minio.port);
  await ensureBucket(s3);
  const store = createS3Store(s3);
  defer(() => store.close());
  const runs = createTemporalRunClient(
    await connectTemporal({ address: `127.0.0.1:${servers.temporal.port}`, namespace: 'default' }),
  );
  defer(() => runs.close());
  const link = await connectNats({ url: `nats://127.0.0.1:${servers.nats.port}`, name: 'faults', log: SILENT_LOG });
  defer(() => link.close());

  const bundle = await placeTestBundle(bundleDir, store);
  const lines: NamedLine[] = [];
  const startWorkers = async (users: WorkerRole): Promise<Victim[]> => {
    const ports = await forEach(SERVER_ROLES, async (server) => {
      const line = await openLine(servers[server].port);
      defer(() => line[Symbol.asyncDispose]());
      lines.push({ server, users, line });
      return line.port;
    });
    const addresses = {
      temporal: `127.0.0.1:${ports.temporal}`,
      nats: `nats://127.0.0.1:${ports.nats}`,
      s3: s3At(ports.minio),
    };
    const workers = startVictimWorkers(users, addresses, { folder, logFolder, bundleUrl: bundle.url });
    defer(() => Promise.all(workers.map((worker) => worker.close())));
    return workers;
  };
  const workers = Object.values(await forEach(WORKER_ROLES, startWorkers)).flat();
  await Promise.all(workers.map((worker) => worker.up()));

  const victims = [...Object.values(servers).map(({ victim }) => victim), ...workers];
  const journal = new Journal(workers.map(({ name }) => workerLog(logFolder, name)));
  return { bundle, servers, victims, lines, disks, dataDirs, journal, link, store, runs };
}

async function mountDisks(defer: Defer): Promise<World['disks']> {
  const disks: Partial<Record<ServerRole, TinyDisk>> = {};
  for (const role of SERVER_ROLES) {
    const sizeBytes = DISK_BYTES[role];
    const disk = sizeBytes === undefined ? undefined : await mountTinyDisk(sizeBytes);
    if (disk === undefined) continue;
    defer(() => disk[Symbol.asyncDispose]());
    disks[role] = disk;
  }
  return disks;
}

async function forEach<Name extends string, T>(
  names: readonly Name[],
  make: (name: Name) => Promise<T>,
): Promise<Record<Name, T>> {
  const entries = await Promise.all(names.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(entries) as Record<Name, T>;
}

const s3At = (port: number): S3Settings => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  bucket: 'h2g',
  ...TEST_CREDENTIALS,
});
