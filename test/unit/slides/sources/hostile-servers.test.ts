import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isRefusedAddress, type Lookup } from '../../../../slides/sources/guarded-lookup.ts';
import { createHttpOpener } from '../../../../slides/sources/open-http-source.ts';
import { sendWithoutEnd, startRangeServer, type RangeServer } from '../../../fixtures/range-server.ts';

const content = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);
const retries = { attempts: 2, firstDelayMs: 1 };
const open = createHttpOpener(retries);

/** Addresses that lead where no slide lies, and servers that mean harm; the servers are real. */
describe('slides over HTTP', () => {
  let server: RangeServer;
  let other: RangeServer;
  beforeAll(async () => {
    [server, other] = await Promise.all([startRangeServer(), startRangeServer()]);
    for (const each of [server, other]) each.files.set('slide.svs', content);
  });
  afterEach(() => {
    for (const each of [server, other]) {
      each.intercept = () => false;
      each.asked.length = 0;
    }
  });
  afterAll(() => Promise.all([server.close(), other.close()]));

  it.each([301, 302, 303, 307, 308])('are not looked for elsewhere at an answer of %i', async (status) => {
    server.intercept = (_, response) => {
      response.writeHead(status, { location: other.url('slide.svs').href }).end();
      return true;
    };
    await expect(open(server.url('slide.svs'))).rejects.toMatchObject({
      code: 'slide-unreadable',
      message: expect.stringContaining(`(status ${status}); redirects are not followed`),
      hint: expect.stringContaining('really lies'),
    });
    expect(server.asked).toHaveLength(1);
    expect(other.asked).toHaveLength(0);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/x.svs',
    'http://0xa9.0376.43518/x.svs',
    'https://169.254.1.1/x.svs',
    'http://[fe80::1]/x.svs',
    'http://[fd00:ec2::254]/x.svs',
    'http://[fd20:ce::254]/x.svs',
    'http://[::ffff:169.254.169.254]/x.svs',
    'http://[64:ff9b::169.254.169.254]/x.svs',
    'http://100.100.100.200/x.svs',
    'http://168.63.129.16/x.svs',
  ])('are not read from %s', async (address) => {
    await expect(open(new URL(address))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('link-local and metadata addresses'),
    });
  });

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '172.16.0.1', '169.253.0.1', '::1', 'fd00::1', '2001:db8::1'])(
    'may lie at %s, as an archive does',
    (address) => expect(isRefusedAddress(address)).toBe(false),
  );

  it('are not read from a name that leads there, neither at first nor later', async () => {
    const resolved: string[] = [];
    /** A name server that says something else each time it is asked. */
    const rebinding = (...addresses: string[]): Lookup => {
      const next = addresses.values();
      return (hostname, options, answer) => {
        const address = next.next().value ?? '169.254.169.254';
        resolved.push(`${hostname} ${address}`);
        if (options.all === true) answer(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
        else answer(null, address, address.includes(':') ? 6 : 4);
      };
    };
    // Each request opens a connection of its own.
    server.intercept = (_, response) => {
      response.setHeader('connection', 'close');
      return false;
    };
    const url = new URL(server.url('slide.svs').href.replace('127.0.0.1', 'archive.test'));
    const source = await createHttpOpener(retries, rebinding('127.0.0.1', '127.0.0.1'))(url);
    expect(await source.fetch({ offset: 5, length: 2 })).toEqual(content.slice(5, 7));
    await expect(source.fetch({ offset: 5, length: 2 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('archive.test (169.254.169.254)'),
    });
    expect(resolved).toHaveLength(3);
    expect(server.asked).toHaveLength(2);
    await expect(createHttpOpener(retries, rebinding('fd00:ec2::254'))(url)).rejects.toMatchObject({ code: 'usage' });
  });

  it('are read from a name of this machine', async () => {
    const url = new URL(server.url('slide.svs').href.replace('127.0.0.1', 'localhost'));
    expect((await open(url)).sizeBytes).toBe(content.byteLength);
  });

  it('take no more from a server than was asked for', async () => {
    const source = await open(server.url('slide.svs'));
    let sent = 0;
    server.intercept = (_, response) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${content.byteLength}` });
      sendWithoutEnd(response, (bytes) => (sent += bytes));
      return true;
    };
    await expect(source.fetch({ offset: 0, length: 10 })).rejects.toMatchObject({
      code: 'slide-io',
      message: expect.stringContaining('sends more than was asked for'),
    });
    expect(sent).toBeLessThan(40_000_000);
  });

  it('are not unpacked on the way', async () => {
    server.intercept = (_, response) => {
      const headers = { 'content-range': `bytes 0-0/${content.byteLength}`, 'content-encoding': 'gzip' };
      response.writeHead(206, headers).end('x');
      return true;
    };
    await expect(open(server.url('slide.svs'))).rejects.toMatchObject({ code: 'slide-unsupported' });
  });

  it('are refused with a password in their address, which is not shown', async () => {
    const url = server.url('slide.svs');
    url.username = 'h2g';
    url.password = 'very-secret';
    const error: unknown = await open(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('very-secret');
  });
});
