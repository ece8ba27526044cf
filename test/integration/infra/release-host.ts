import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostPlatform } from '../../../infra/local/provision/host-platform.ts';
import { NATS } from '../../../infra/local/servers/nats.ts';

/** What the made-up release of nats-server holds: a program that says its version, and noise so that the archive has some size. */
export const PROGRAM = '#!/bin/sh\necho "nats-server: v2.15.2"\n';

export interface ReleaseHost extends AsyncDisposable {
  readonly base: string;
  readonly archiveName: string;
  readonly archive: Buffer;
  readonly digest: string;
  /** `GET <file name> <Range or nothing>` of each request. */
  readonly requests: string[];
}

export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  host: { archive: Buffer; count: number },
) => void;

export interface HostPlan {
  /** How the archive is served; left out, whole and right, ranges included. */
  readonly archive?: Behaviour;
  /** What the checksum file says; left out, the truth. */
  readonly checksums?: (digest: string, name: string) => string;
}

export const whole: Behaviour = (request, response, { archive }) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= archive.length) return void response.writeHead(416).end();
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': archive.length - start }).end(archive.subarray(start));
};

export const missing: Behaviour = (_request, response) => void response.writeHead(404).end('not found');

export interface Cut {
  readonly bytes: number;
  /** How many requests are cut; the later ones are served whole. */
  readonly times: number;
  /** What the client has on disk; the line is cut when the bytes are there, since a stream that breaks drops what was not read yet. */
  readonly receivedBytes: () => number;
}

/** Promises everything, sends a part, hangs up. */
export const cutAfter =
  ({ bytes, times, receivedBytes }: Cut): Behaviour =>
  (request, response, host) => {
    if (host.count > times) return whole(request, response, host);
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': host.archive.length - start });
    response.write(host.archive.subarray(start, start + bytes));
    const hangUp = (): void =>
      void (receivedBytes() < start + bytes ? setTimeout(hangUp, 2) : request.socket.destroy());
    hangUp();
  };

/** An HTTP server laid out like the release pages of nats-server. */
export async function releaseHost(plan: HostPlan = {}): Promise<ReleaseHost> {
  const archiveName = NATS.release?.archive(hostPlatform()) ?? '';
  const archive = makeArchive(archiveName);
  const digest = createHash('sha256').update(archive).digest('hex');
  const checksums = plan.checksums ?? ((right, name) => `${'0'.repeat(64)}  other.zip\n${right}  ${name}\n`);
  const requests: string[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    const [, folder, file = ''] = /^(.*)\/([^/]*)$/.exec(request.url ?? '') ?? [];
    requests.push(`${file} ${request.headers.range ?? ''}`.trim());
    if (folder !== `/nats-io/nats-server/releases/download/v${NATS.version}`)
      return missing(request, response, { archive, count });
    if (file === 'SHA256SUMS') return void response.end(checksums(digest, archiveName));
    count += 1;
    return (plan.archive ?? whole)(request, response, { archive, count });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { base: `http://127.0.0.1:${port}/`, archiveName, archive, digest, requests, [Symbol.asyncDispose]: close };
}

function makeArchive(archiveName: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'h2g-release-'));
  const inner = archiveName.replace('.tar.gz', '');
  mkdirSync(join(folder, inner));
  writeFileSync(join(folder, inner, 'nats-server'), PROGRAM);
  chmodSync(join(folder, inner, 'nats-server'), 0o755);
  const noise = Uint8Array.from(
    { length: 200_000 },
    (_, index) =>
      createHash('sha1')
        .update(String(index >> 4))
        .digest()[index % 16] ?? 0,
  );
  writeFileSync(join(folder, inner, 'README.md'), noise);
  const path = join(folder, archiveName);
  execFileSync('tar', ['-czf', path, '-C', folder, inner]);
  return readFileSync(path);
}
