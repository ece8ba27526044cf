import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { freePorts } from '../../../infra/local/free-ports.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { loadRemoteConfig } from '../../../platform/config.ts';
import type { RemoteServers } from '../../../platform/server-settings.ts';
import { connectNats, natsPlace, type NatsLink } from '../../../platform/jetstream/connect-nats.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { connectTemporal } from '../../../platform/temporal/connect-temporal.ts';
import { makeCertificates } from '../../fixtures/make-certificates.ts';
import { killWithUs } from '../../kill-with-us.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

/** Both servers ask for a certificate that our own authority signed. */
describe('lines that are encrypted, and where both sides show a certificate', () => {
  let folder: string;
  let temporal: RealServer<{ grpc: string }>;
  let gate: Server;
  let broker: ChildProcess;
  let brokerPort: number;
  const path = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-secure-'));
    await makeCertificates(folder);
    temporal = await realServer('temporal');
    gate = await openGate(folder, temporal.address.grpc);
    const options = { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => undefined };
    const binary = await provisionServer('nats', options);
    ({ client: brokerPort = 0 } = await freePorts(['client']));
    broker = spawn(
      binary,
      [
        '--addr=127.0.0.1',
        `--port=${brokerPort}`,
        '--jetstream',
        `--store_dir=${path('jetstream')}`,
        '--tlsverify',
        `--tlscert=${path('server.crt')}`,
        `--tlskey=${path('server.key')}`,
        `--tlscacert=${path('ca.crt')}`,
      ],
      { stdio: 'ignore' },
    );
    killWithUs(broker.pid ?? 0);
  });

  afterAll(async () => {
    broker?.kill('SIGKILL');
    gate?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** As a process would read it from its environment. */
  function settings(more: Record<string, string>): RemoteServers {
    return loadRemoteConfig({
      H2G_TEMPORAL_ADDRESS: `localhost:${(gate.address() as AddressInfo).port}`,
      H2G_NATS_URL: `nats://localhost:${brokerPort}`,
      H2G_S3_ENDPOINT: 'http://localhost:1',
      H2G_S3_ACCESS_KEY: 'a',
      H2G_S3_SECRET_KEY: 'b',
      ...more,
    }).servers;
  }
  const filesOf = (server: 'TEMPORAL' | 'NATS', side: string): Record<string, string> => ({
    [`H2G_${server}_CA`]: path('ca.crt'),
    [`H2G_${server}_CERT`]: path(`${side}.crt`),
    [`H2G_${server}_KEY`]: path(`${side}.key`),
  });
  const openBroker = (more: Record<string, string>, patienceMs = 0): Promise<NatsLink> =>
    connectNats({ ...natsPlace(settings(more)), name: 'test', log: SILENT_LOG, patienceMs });

  it('reach Temporal', async () => {
    const link = await connectTemporal(settings(filesOf('TEMPORAL', 'client')).temporal);
    await link.close();
    const refused = [
      {},
      { H2G_TEMPORAL_TLS: 'true' },
      { H2G_TEMPORAL_CA: path('ca.crt') },
      filesOf('TEMPORAL', 'stranger'),
    ];
    for (const more of refused) {
      const reached = connectTemporal(settings(more).temporal, { timeoutMs: 1_500 });
      await expect(reached, JSON.stringify(more)).rejects.toMatchObject({ code: 'control-unreachable' });
    }
  });

  it('reach the broker', async () => {
    const link = await openBroker(filesOf('NATS', 'client'), 10_000);
    expect(link.nc.info?.tls_verify).toBe(true);
    await link.jsm.getAccountInfo();
    await link.close();
    for (const more of [{}, { H2G_NATS_CA: path('ca.crt') }, filesOf('NATS', 'stranger')])
      await expect(openBroker(more), JSON.stringify(more)).rejects.toMatchObject({ code: 'queue-unreachable' });
  });

  it('say which file is missing', async () => {
    const gone = path('gone.pem');
    await expect(openBroker({ H2G_NATS_CA: gone })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`H2G_NATS_CA is ${gone}, which cannot be read`),
    });
    await expect(connectTemporal(settings({ H2G_TEMPORAL_CA: gone }).temporal)).rejects.toMatchObject({
      code: 'usage',
    });
    expect(() => settings({ H2G_TEMPORAL_CERT: gone })).toThrow(
      /H2G_TEMPORAL_CERT and H2G_TEMPORAL_KEY belong together/,
    );
  });
});

/** Temporal's dev server speaks in the clear; before it stands what a site has before its own. */
async function openGate(folder: string, target: string): Promise<Server> {
  const [host = '', port = ''] = target.split(':');
  const [key, cert, ca] = await Promise.all(
    ['server.key', 'server.crt', 'ca.crt'].map((name) => readFile(join(folder, name))),
  );
  const server = createServer({ key, cert, ca, requestCert: true, ALPNProtocols: ['h2'] }, (socket) => {
    const beyond = connect(Number(port), host);
    socket.pipe(beyond).pipe(socket);
    socket.on('error', () => beyond.destroy());
    beyond.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}
