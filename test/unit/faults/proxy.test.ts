import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { openLine, type Line } from '../../faults/proxy.ts';

describe('a line', () => {
  let echo: Server;
  let line: Line;
  const clients: Socket[] = [];

  beforeAll(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });
  beforeEach(async () => {
    line = await openLine((echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await line[Symbol.asyncDispose]();
  });
  afterAll(() => void echo.close());

  async function dial(): Promise<Socket> {
    const client = connect(line.port, '127.0.0.1');
    clients.push(client);
    await once(client, 'connect');
    return client;
  }

  /** @returns the milliseconds until all of it is back */
  async function sayAndHear(client: Socket, text: string): Promise<number> {
    const started = performance.now();
    client.write(text);
    let heard = '';
    while (heard.length < text.length) heard += String((await once(client, 'data'))[0]);
    expect(heard).toBe(text);
    return performance.now() - started;
  }

  it('carries bytes both ways', async () => {
    await sayAndHear(await dial(), 'x'.repeat(3_000_000));
  });

  it('that is cut ends its connections and refuses new ones, until it is mended', async () => {
    const before = await dial();
    await sayAndHear(before, 'here');
    line.worsen({ cut: true });
    const [error] = (await once(before, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await expect(dial().then((client) => sayAndHear(client, 'here?'))).rejects.toThrow(/ECONNRESET|EPIPE/);
    line.mend();
    await sayAndHear(await dial(), 'here again');
  });

  it('that hangs keeps everything back and loses nothing', async () => {
    const client = await dial();
    line.worsen({ hung: true });
    setTimeout(() => line.mend(), 300);
    expect(await sayAndHear(client, 'late')).toBeGreaterThan(280);
  });

  it('that delays does so each way, and not for each piece once more', async () => {
    const client = await dial();
    line.worsen({ delayMs: 100 });
    const ms = await sayAndHear(client, 'x'.repeat(1_000_000));
    expect(ms).toBeGreaterThan(190);
    expect(ms).toBeLessThan(1_500);
  });

  it('that throttles takes its time', async () => {
    const client = await dial();
    line.worsen({ bytesPerSecond: 200_000 });
    expect(await sayAndHear(client, 'x'.repeat(50_000))).toBeGreaterThan(450);
  });
});
