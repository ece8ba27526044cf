import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBucket } from '../ensure-bucket.ts';
import { freePorts, isPortFree } from '../free-ports.ts';
import { type Ports, portOf, type ServerDefinition, type ServerName } from '../servers/server-definition.ts';
import { SERVERS } from '../servers/servers.ts';
import { startServer } from '../start-server.ts';
import type { StackAddresses } from './control-messages.ts';
import { keepRunning, type KeptFacts, type KeptProcess } from './keep-running.ts';
import { requireSpace } from './require-space.ts';
import { dataFolder, logFile, type StackFolders } from './stack-folders.ts';
import type { StackLedger } from './stack-record.ts';
import { storeCredentials } from './store-credentials.ts';
import type { SupervisorSettings } from './supervisor-settings.ts';

const BUCKET = 'h2g';
const REGION = 'us-east-1';
/** Clients wait on the same port, so a server that died comes back at once the first time. */
const FIRST_BACKOFF_MS = 100;
const LOOK_EVERY_MS = 5_000;
const PROBE_TIMEOUT_MS = 2_000;

export interface StackParts {
  readonly settings: SupervisorSettings;
  readonly folders: StackFolders;
  readonly ledger: StackLedger;
  readonly onChange: (facts: KeptFacts) => void;
}

export interface StackServers {
  readonly addresses: StackAddresses;
  readonly kept: readonly KeptProcess[];
}

/**
 * Starts the three servers side by side and keeps them running on their ports.
 * @throws H2gError of the first one that does not start; none is left running then
 */
export async function startServers(parts: StackParts, signal: AbortSignal): Promise<StackServers> {
  const { store } = parts.settings;
  const kept: KeptProcess[] = [];
  const keep = async (name: ServerName, binary: string): Promise<Ports> => {
    const ports = await rememberedPorts(name, parts.ledger);
    const server = keepServer(name, { binary, ports }, parts);
    kept.push(server);
    await server.ready(1);
    return ports;
  };
  const stopAll = (): Promise<unknown> => Promise.all(kept.map((server) => server.stop()));
  const stopEarly = (): void => void stopAll();
  signal.addEventListener('abort', stopEarly, { once: true });
  try {
    signal.throwIfAborted();
    const { binaries } = parts.settings;
    const [temporal, nats, s3] = await Promise.all([
      keep('temporal', binaries.temporal),
      keep('nats', binaries.nats),
      keep(store, binaries.store),
    ]);
    const addresses = addressesOf({ temporal, nats, s3 }, parts.folders);
    if (!existsSync(join(storeFolder(parts), BUCKET))) await ensureBucket(addresses.s3);
    return { addresses, kept };
  } catch (error) {
    await stopAll();
    throw error;
  } finally {
    signal.removeEventListener('abort', stopEarly);
  }
}

/** The ports of last time if they are free, so that what was written down (a bookmark, a client's settings) stays right. */
async function rememberedPorts(name: ServerName, ledger: StackLedger): Promise<Ports> {
  const { portNames } = SERVERS[name];
  const last = ledger.record.ports[name] ?? {};
  const usable = await Promise.all(portNames.map((port) => isUsable(last[port])));
  if (usable.every(Boolean)) return last;
  const ports = await freePorts(portNames);
  ledger.update({ ports: { ...ledger.record.ports, [name]: ports } });
  return ports;
}

const isUsable = async (port: number | undefined): Promise<boolean> => port !== undefined && isPortFree(port);

const storeFolder = ({ folders, settings }: StackParts): string => join(dataFolder(folders, 's3'), settings.store);

function keepServer(name: ServerName, how: { binary: string; ports: Ports }, parts: StackParts): KeptProcess {
  const { folders, ledger, onChange, settings } = parts;
  const { isStuck } = SERVERS[name];
  return keepRunning({
    name,
    firstBackoffMs: FIRST_BACKOFF_MS,
    onChange,
    stuck: isStuck && { isStuck: () => isMendable(isStuck, how.ports, folders), everyMs: LOOK_EVERY_MS },
    start: (signal) =>
      startServer(SERVERS[name], {
        ...how,
        dataDir: name === settings.store ? storeFolder(parts) : dataFolder(folders, name),
        logFile: logFile(folders, name),
        credentials: storeCredentials(folders.credentials),
        onSpawn: (pid) => ledger.addProcess(name, pid),
        signal,
      }),
  });
}

/** On a disk that is still full a new start does not help. */
async function isMendable(
  isStuck: NonNullable<ServerDefinition['isStuck']>,
  ports: Ports,
  { home }: StackFolders,
): Promise<boolean> {
  if (!(await isStuck(ports, AbortSignal.timeout(PROBE_TIMEOUT_MS)))) return false;
  requireSpace(home);
  return true;
}

function addressesOf(ports: { temporal: Ports; nats: Ports; s3: Ports }, folders: StackFolders): StackAddresses {
  return {
    temporal: `127.0.0.1:${portOf(ports.temporal, 'grpc')}`,
    temporalUi: `http://127.0.0.1:${portOf(ports.temporal, 'ui')}`,
    nats: `nats://127.0.0.1:${portOf(ports.nats, 'client')}`,
    s3: {
      endpoint: `http://127.0.0.1:${portOf(ports.s3, 's3')}`,
      region: REGION,
      bucket: BUCKET,
      ...storeCredentials(folders.credentials),
    },
  };
}
