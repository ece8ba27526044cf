import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheDir } from '../infra/local/default-folders.ts';
import { ensureBucket, type S3Address } from '../infra/local/ensure-bucket.ts';
import { provisionServer } from '../infra/local/provision/provision-server.ts';
import { portOf, type ServerDefinition, type ServerName } from '../infra/local/servers/server-definition.ts';
import { SERVERS } from '../infra/local/servers/servers.ts';
import { type RunningServer, startServer, TEST_CREDENTIALS } from '../infra/local/start-server.ts';
import { killWithUs } from './kill-with-us.ts';

export type StoreName = 'minio' | 'versitygw';

/** One server of its own for a test-suite, in a temporary folder that `stop` removes. */
export interface RealServer<Address> {
  readonly address: Address;
  readonly pid: number;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

interface TemporalAddress {
  /** `host:port` of the gRPC frontend. */
  readonly grpc: string;
  readonly ui: string;
  readonly namespace: string;
}

interface AddressOf {
  temporal: TemporalAddress;
  nats: { readonly url: string };
  minio: S3Address;
  versitygw: S3Address;
}

const s3Address = ({ ports }: RunningServer): S3Address => ({
  endpoint: `http://127.0.0.1:${portOf(ports, 's3')}`,
  region: 'us-east-1',
  bucket: 'h2g',
  ...TEST_CREDENTIALS,
});

async function s3WithBucket(server: RunningServer): Promise<S3Address> {
  const address = s3Address(server);
  await ensureBucket(address);
  return address;
}

const ADDRESSES: { [Name in ServerName]: (server: RunningServer) => Promise<AddressOf[Name]> } = {
  temporal: async ({ ports }) => ({
    grpc: `127.0.0.1:${portOf(ports, 'grpc')}`,
    ui: `http://127.0.0.1:${portOf(ports, 'ui')}`,
    namespace: 'default',
  }),
  nats: async ({ ports }) => ({ url: `nats://127.0.0.1:${portOf(ports, 'client')}` }),
  minio: s3WithBucket,
  versitygw: s3WithBucket,
};

/**
 * Starts a real server on free loopback ports; a store has its bucket `h2g` already. On a fresh machine its binary is fetched or
 * built first, which a hook's time limit allows for and a test's does not.
 * @param definition for one that is started in another way
 * @example
 * let nats: RealServer<{ url: string }>;
 * beforeAll(async () => { nats = await realServer('nats'); });
 * afterAll(() => nats.stop());
 */
export async function realServer<Name extends ServerName>(
  name: Name,
  definition: ServerDefinition = SERVERS[name],
): Promise<RealServer<AddressOf[Name]>> {
  const folder = await mkdtemp(join(tmpdir(), `h2g-${name}-`));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const binary = await provisionServer(name, {
      cacheDir: defaultCacheDir(process.env),
      env: process.env,
      onProgress: () => {},
    });
    const places = { dataDir: join(folder, 'data'), logFile: join(folder, 'server.log') };
    const server = await startServer(definition, { binary, ...places });
    const letLive = killWithUs(server.pid);
    const stop = async (): Promise<void> => {
      await server.stop();
      letLive();
      await remove();
    };
    return { address: await ADDRESSES[name](server), pid: server.pid, dataDir: places.dataDir, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
