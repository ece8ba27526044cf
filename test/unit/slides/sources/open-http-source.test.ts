import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttpOpener } from '../../../../slides/sources/open-http-source.ts';
import { sendWithoutEnd, startRangeServer, type RangeServer } from '../../../fixtures/range-server.ts';

const content = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) % 256);
const open = createHttpOpener({ attempts: 4, firstDelayMs: 1 });

describe('openHttpSource', () => {
  let server: RangeServer;
  beforeAll(async () => {
    server = await startRangeServer();
    server.files.set('slide.svs', content);
  });
  afterEach(() => {
    server.intercept = () => false;
    server.asked.length = 0;
    server.sentBytes = 0;
  });
  afterAll(() => server.close());

  /** Answers the next `times` requests itself, and counts all. */
  const interrupt = (times: number, how: Parameters<typeof createFailure>[0]): { requests: number } => {
    const seen = { requests: 0 };
    server.intercept = (request, response) => {
      seen.requests += 1;
      if (seen.requests > times) return false;
      createFailure(how)(request.socket, response);
      return true;
    };
    return seen;
  };

  it('reads little to open and exactly what it is asked for', async () => {
    const source = await open(server.url('slide.svs'));
    await source.fetch({ offset: 1000, length: 50 });
    expect(server.sentBytes).toBe(51);
    expect(server.asked).toEqual(['bytes=0-0', 'bytes=1000-1049']);
  });

  it.each(['status 500', 'status 503', 'status 429', 'cut connection', 'half a body'] as const)(
    'tries again after: %s',
    async (how) => {
      const source = await open(server.url('slide.svs'));
      const seen = interrupt(3, how);
      expect(Buffer.from(await source.fetch({ offset: 10, length: 9000 }))).toEqual(
        Buffer.from(content.slice(10, 9010)),
      );
      expect(seen.requests).toBe(4);
    },
  );

  it('tries again to open', async () => {
    const seen = interrupt(2, 'status 502');
    expect((await open(server.url('slide.svs'))).sizeBytes).toBe(content.byteLength);
    expect(seen.requests).toBe(3);
  });

  it('gives up in the end and says that trying later may help', async () => {
    const source = await open(server.url('slide.svs'));
    const seen = interrupt(Infinity, 'status 500');
    const reading = source.fetch({ offset: 0, length: 10 });
    await expect(reading).rejects.toMatchObject({ code: 'slide-io', retry: true });
    await expect(reading).rejects.toThrow('status 500');
    expect(seen.requests).toBe(4);
  });

  it.each([
    ['status 403', 'store-denied'],
    ['status 401', 'store-denied'],
    ['status 404', 'slide-missing'],
    ['status 400', 'slide-unreadable'],
  ] as const)('does not try again after: %s', async (how, code) => {
    const seen = interrupt(Infinity, how);
    await expect(open(server.url('slide.svs'))).rejects.toMatchObject({ code });
    expect(seen.requests).toBe(1);
  });

  it('says so where a server does not know ranges, and does not read the file', async () => {
    let sent = 0;
    server.intercept = (_, response) => {
      response.writeHead(200, { 'content-length': 500_000_000 });
      sendWithoutEnd(response, (bytes) => (sent += bytes));
      return true;
    };
    const opening = open(server.url('slide.svs'));
    await expect(opening).rejects.toMatchObject({ code: 'slide-unsupported', hint: expect.stringContaining('range') });
    await expect(opening).rejects.toThrow('does not answer byte-range requests');
    // What fits into the buffers of two sockets may be on its way.
    expect(sent).toBeLessThan(20_000_000);
  });

  it('says who cannot be reached', async () => {
    const other = await startRangeServer();
    const url = other.url('slide.svs');
    await other.close();
    await expect(open(url)).rejects.toMatchObject({ code: 'slide-io' });
    await expect(open(url)).rejects.toThrow(/slide\.svs could not be read: .*ECONNREFUSED/);
  });

  it('never shows the secrets of an address', async () => {
    const url = server.url('gone.svs');
    url.search = '?X-Amz-Signature=SECRET';
    const error: unknown = await open(url).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('gone.svs');
    expect(String(error)).not.toContain('SECRET');
  });

  it('goes by time of change and size where there is no ETag', async () => {
    const dated = (time: string): void => {
      server.intercept = (request, response) => {
        const [first = 0, last = 0] = (/(\d+)-(\d+)/.exec(request.headers.range ?? '')?.slice(1) ?? []).map(Number);
        response
          .writeHead(206, { 'last-modified': time, 'content-range': `bytes ${first}-${last}/${content.byteLength}` })
          .end(content.subarray(first, last + 1));
        return true;
      };
    };
    dated('Tue, 01 Sep 2026 10:00:00 GMT');
    const source = await open(server.url('slide.svs'));
    expect(source.version).toBe(`Tue, 01 Sep 2026 10:00:00 GMT;${content.byteLength}`);
    dated('Wed, 02 Sep 2026 10:00:00 GMT');
    await expect(source.fetch({ offset: 0, length: 5 })).rejects.toMatchObject({ code: 'slide-changed' });
  });

  it('stops opening on a silent server when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const seen = { requests: 0 };
    server.intercept = () => {
      seen.requests += 1;
      stop.abort(reason);
      return true;
    };
    await expect(open(server.url('slide.svs'), { signal: stop.signal })).rejects.toBe(reason);
    expect(seen.requests).toBe(1);
  });

  it('names the server that does not answer in time', async () => {
    const time = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    onTestFinished(() => timeout.mockRestore());
    server.intercept = () => {
      time.abort(new DOMException('too late', 'TimeoutError'));
      return true;
    };
    const url = server.url('slide.svs');
    await expect(open(url)).rejects.toMatchObject({
      code: 'slide-io',
      message: expect.stringContaining(`the server ${url.host} did not answer within 30 seconds`),
    });
    expect(timeout).toHaveBeenCalledTimes(4);
  });

  it('stops waiting for a silent server when it is told to', async () => {
    const source = await open(server.url('slide.svs'));
    const stop = new AbortController();
    const reason = new Error('enough');
    server.intercept = () => {
      stop.abort(reason);
      return true;
    };
    await expect(source.fetch({ offset: 0, length: 5 }, { signal: stop.signal })).rejects.toBe(reason);
  });
});

/** A way to fail, by its name. */
function createFailure(
  how: `status ${number}` | 'cut connection' | 'half a body',
): (socket: Socket, response: ServerResponse) => void {
  if (how === 'cut connection') return (socket) => socket.destroy();
  if (how === 'half a body') {
    return (socket, response) => {
      response.writeHead(206, { 'content-length': 9000, 'content-range': `bytes 10-9009/${content.byteLength}` });
      response.write(content.subarray(10, 4000), () => socket.destroy());
    };
  }
  return (_, response) => void response.writeHead(Number(how.slice(7))).end();
}
