import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Settings } from '../../../platform/server-settings.ts';
import { createS3SourceOpener, type S3SourceOpener } from '../../../platform/s3/open-s3-source.ts';
import { s3Url } from '../../../platform/s3/s3-location.ts';
import { createS3Store, type S3Store } from '../../../platform/s3/s3-store.ts';
import { realServer, type RealServer, type StoreName } from '../../real-servers.ts';

const CONTENT = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);

describe.each(['minio', 'versitygw'] as StoreName[])('slides from %s by ranges', (name) => {
  let server: RealServer<S3Settings>;
  let store: S3Store;
  let opener: S3SourceOpener;

  beforeAll(async () => {
    server = await realServer(name);
    store = createS3Store(server.address);
    opener = createS3SourceOpener(server.address);
  });
  afterAll(async () => {
    opener?.close();
    store?.close();
    await server?.stop();
  });

  const put = async (key: string, content = CONTENT): Promise<URL> => {
    await store.put(key, content);
    return s3Url({ bucket: server.address.bucket, key });
  };

  it('fails when the slide is taken away while it is read', async () => {
    const source = await opener.open(await put('slides/gone.svs'));
    await store.delete('slides/gone.svs');
    await expect(source.fetch({ offset: 0, length: 10 })).rejects.toMatchObject({ code: 'slide-changed' });
  });

  it('names a slide and a bucket that are missing', async () => {
    await expect(opener.open(new URL('s3://h2g/slides/absent.svs'))).rejects.toMatchObject({
      code: 'slide-missing',
      message: expect.stringContaining('slides/absent.svs'),
    });
    await expect(opener.open(new URL('s3://no-such-bucket/x.svs'))).rejects.toMatchObject({ code: 'slide-missing' });
  });

  it.each([
    { what: 'secret key', wrong: { secretKey: 'wrong-secret' } },
    { what: 'access key', wrong: { accessKey: 'nobody' } },
  ])('says what to check when the $what is wrong', async ({ wrong }) => {
    const url = await put('slides/guarded.svs');
    const stranger = createS3SourceOpener({ ...server.address, ...wrong });
    const denied = { code: 'store-denied', hint: expect.stringContaining('H2G_S3_SECRET_KEY') };
    await expect(stranger.open(url)).rejects.toMatchObject(denied);
    stranger.close();
    const strangeStore = createS3Store({ ...server.address, ...wrong });
    await expect(strangeStore.put('x', CONTENT)).rejects.toMatchObject(denied);
    await expect(strangeStore.get('slides/guarded.svs')).rejects.toMatchObject(denied);
    await expect(strangeStore.head('slides/guarded.svs')).rejects.toMatchObject(denied);
    await expect(strangeStore.list('')).rejects.toMatchObject(denied);
    await expect(strangeStore.ensureBucket()).rejects.toMatchObject(denied);
    strangeStore.close();
  });

  it('makes a bucket that is missing, once or twice', async () => {
    const other = createS3Store({ ...server.address, bucket: 'another-bucket' });
    await expect(other.put('x', CONTENT)).rejects.toMatchObject({ code: 'object-missing' });
    await Promise.all([other.ensureBucket(), other.ensureBucket()]);
    await other.ensureBucket();
    await other.put('x', CONTENT);
    other.close();
  });

  it('calls a line that breaks in the middle of a range slide-io', async () => {
    const proxy = await cuttingProxy(server.address.endpoint, 20_000);
    const cut = createS3SourceOpener({ ...server.address, endpoint: proxy.endpoint });
    const source = await cut.open(await put('slides/cut.svs'));
    await expect(source.fetch({ offset: 0, length: 100_000 })).rejects.toMatchObject({ code: 'slide-io', retry: true });
    cut.close();
    proxy.close();
  });
});

describe('a store that is not there', () => {
  it('is unreachable, by its address', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const settings = { endpoint, region: 'us-east-1', bucket: 'h2g', accessKey: 'a', secretKey: 'b' };
    const unreachable = { code: 'store-unreachable', retry: true, message: expect.stringContaining(endpoint) };
    const store = createS3Store(settings);
    await expect(store.head('x')).rejects.toMatchObject(unreachable);
    await expect(store.put('x', CONTENT)).rejects.toMatchObject(unreachable);
    await expect(store.ensureBucket()).rejects.toMatchObject(unreachable);
    store.close();
    const opener = createS3SourceOpener(settings);
    await expect(opener.open(new URL('s3://h2g/x.svs'))).rejects.toMatchObject(unreachable);
    opener.close();
  });

  it('is full, when it says so', async () => {
    const full = createServer((request, response) => {
      request.resume();
      response.writeHead(507, { 'content-type': 'application/xml' });
      response.end(
        '<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum free drive threshold.</Message></Error>',
      );
    });
    const store = createS3Store({
      endpoint: await listen(full),
      region: 'us-east-1',
      bucket: 'h2g',
      accessKey: 'a',
      secretKey: 'b',
    });
    await expect(store.put('x', CONTENT)).rejects.toMatchObject({ code: 'disk-full' });
    store.close();
    full.close();
  });
});

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A TCP proxy that breaks each connection once so many bytes have come back. */
async function cuttingProxy(endpoint: string, afterBytes: number): Promise<{ endpoint: string; close(): void }> {
  const { hostname, port } = new URL(endpoint);
  const server = createTcpServer((client) => {
    const upstream = connect(Number(port), hostname);
    let passed = 0;
    client.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      client.write(chunk);
      if (passed > afterBytes) client.destroy();
    });
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
