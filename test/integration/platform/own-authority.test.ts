import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NATS } from '../../../infra/local/servers/nats.ts';
import type { ServerDefinition } from '../../../infra/local/servers/server-definition.ts';
import { makeCertificates } from '../../fixtures/make-certificates.ts';
import { realServer, type RealServer } from '../../real-servers.ts';

const execute = promisify(execFile);
const TRY_LINES = fileURLToPath(new URL('../../fixtures/try-lines.ts', import.meta.url));

/** As the chart sets it with `caBundle` (infra/helm/h2g-flow/templates/_helpers.tpl). */
const environment = (folder: string): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
  SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
  SSL_CERT_DIR: folder,
});

describe("a site's own authority, which no setting of a line names", () => {
  let folder: string;
  let broker: RealServer<{ url: string }>;
  let server: Http2SecureServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'h2g-authority-'));
    await makeCertificates(folder);
    const tls = ['--tls', `--tlscert=${join(folder, 'server.crt')}`, `--tlskey=${join(folder, 'server.key')}`];
    const launch: ServerDefinition['launch'] = (place) => {
      const { args, env } = NATS.launch(place);
      return { args: [...args, ...tls], env };
    };
    broker = await realServer('nats', { ...NATS, launch });
    server = await startAnswering(folder);
  });
  afterAll(async () => {
    server?.close();
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function tryLines(env: Record<string, string>): Promise<Record<string, string>> {
    const { port } = server.address() as AddressInfo;
    const args = ['--import', 'tsx', TRY_LINES, `localhost:${port}`, broker.address.url.replace('nats:', 'tls:')];
    const { stdout } = await execute(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } });
    return JSON.parse(stdout) as Record<string, string>;
  }

  const LINES = ['temporal, of a client', 'temporal, of a worker', 'nats', 's3', 'slide', 'traces'];

  it('is trusted on all of them where the chart is told of it, and on none where it is not', async () => {
    expect(await tryLines(environment(folder))).toEqual(Object.fromEntries(LINES.map((line) => [line, 'trusted'])));
    const strangers = await tryLines({});
    expect(Object.keys(strangers)).toEqual(LINES);
    expect(Object.values(strangers)).not.toContain('trusted');
    for (const line of ['temporal, of a client', 'nats', 's3', 'slide'])
      expect(strangers[line]).toContain('shows a certificate whose authority is not trusted here');
  });
});

/** To Temporal's question who it is it answers with an empty message; to all else that there is one byte. */
async function startAnswering(folder: string): Promise<Http2SecureServer> {
  const [key, cert] = await Promise.all(['server.key', 'server.crt'].map((name) => readFile(join(folder, name))));
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    if (request.httpVersion === '2.0') {
      response.writeHead(200, { 'content-type': 'application/grpc' });
      response.addTrailers({ 'grpc-status': '0' });
      response.end(Buffer.alloc(5));
    } else if (request.method === 'POST') response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    else response.writeHead(206, { 'content-range': 'bytes 0-0/1', 'content-length': 1, etag: '"1"' }).end('x');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}
