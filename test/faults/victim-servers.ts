import { join } from 'node:path';
import { defaultCacheDir } from '../../infra/local/default-folders.ts';
import { freePorts } from '../../infra/local/free-ports.ts';
import { provisionServer } from '../../infra/local/provision/provision-server.ts';
import { portOf, type Ports, type ServerDefinition } from '../../infra/local/servers/server-definition.ts';
import { SERVERS } from '../../infra/local/servers/servers.ts';
import { startServer } from '../../infra/local/start-server.ts';
import { killWithUs } from '../kill-with-us.ts';
import { Victim } from './victim.ts';

export const SERVER_ROLES = ['nats', 'minio', 'temporal'] as const;
export type ServerRole = (typeof SERVER_ROLES)[number];

/** The port that clients speak to. */
const CLIENT_PORT: Record<ServerRole, string> = { nats: 'client', minio: 's3', temporal: 'grpc' };

export interface VictimServer {
  readonly victim: Victim;
  readonly port: number;
  /** Whether it would serve every request just now. */
  isServing(): Promise<boolean>;
}

const PROBE_MS = 1_000;

/** Starts a server, and starts it again on the same ports and data whenever it ends. */
export async function startVictimServer(
  role: ServerRole,
  { dataDir, logFolder }: { dataDir: string; logFolder: string },
): Promise<VictimServer> {
  const definition = SERVERS[role];
  const cacheDir = defaultCacheDir(process.env);
  const binary = await provisionServer(role, { cacheDir, env: process.env, onProgress: () => undefined });
  const ports: Ports = await freePorts(definition.portNames);
  const logFile = join(logFolder, `${role}.log`);
  const start = (signal: AbortSignal) =>
    startServer(definition, { binary, ports, dataDir, logFile, signal, onSpawn: (pid) => void killWithUs(pid) });
  return {
    victim: new Victim({ name: role, role }, start),
    port: portOf(ports, CLIENT_PORT[role]),
    isServing: () => isServing(definition, ports).catch(() => false),
  };
}

async function isServing({ isReady, isStuck }: ServerDefinition, ports: Ports): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_MS);
  return (await isReady(ports, signal)) && !(await isStuck?.(ports, signal));
}
