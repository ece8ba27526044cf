import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { H2gError } from '../../domain/error.ts';

/** What a process says of itself to those who watch it. */
export interface Probes {
  /** What it still waits for before it can work; empty when it is ready. */
  waitsFor(): readonly string[];
  /** Why it will not work until it is started again; undefined while it may. */
  stuck(): string | undefined;
  /** In Prometheus' text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface ProbeServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Answers `/healthz` (200, or 503 with why it hangs), `/readyz` (200, or 503 with what it waits for) and `/metrics`.
 * @param address `host:port`; port 0 takes a free one
 * @throws H2gError `port-in-use`, `usage` where the address is not one of this machine
 */
export async function serveProbes(address: string, probes: Probes): Promise<ProbeServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://probe').pathname;
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'Only GET and HEAD.\n');
    answerPath(path, probes, response).catch((error: unknown) =>
      answer(response, 500, `${error instanceof Error ? error.message : String(error)}\n`),
    );
  });
  server.listen(hostAndPort(address));
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw cannotListen(address, thrown);
  }
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answerPath(path: string, probes: Probes, response: ServerResponse): Promise<void> {
  if (path === '/healthz') {
    const stuck = probes.stuck();
    return stuck === undefined ? answer(response, 200, 'ok\n') : answer(response, 503, `${stuck}\n`);
  }
  if (path === '/readyz') {
    const waits = probes.waitsFor();
    return waits.length === 0
      ? answer(response, 200, 'ok\n')
      : answer(response, 503, `waits for: ${waits.join(', ')}\n`);
  }
  if (path === '/metrics') {
    const { contentType, text } = await probes.metrics();
    return answer(response, 200, text, contentType);
  }
  return answer(response, 404, 'There are /healthz, /readyz and /metrics.\n');
}

function answer(response: ServerResponse, status: number, text: string, contentType = 'text/plain'): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text);
}

/** IPv6 addresses stand in brackets. */
function hostAndPort(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) };
}

function cannotListen(address: string, thrown: unknown): H2gError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return new H2gError(
    {
      code: code === 'EADDRINUSE' ? 'port-in-use' : 'usage',
      message: `The probes cannot be answered at ${address}: ${message}.`,
      hint: 'Give H2G_HTTP_ADDRESS another port, or an address of this machine; or leave it out.',
    },
    { cause: thrown },
  );
}
