import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostPlatform } from '../../../infra/local/provision/host-platform.ts';
import type { ProvisionProgress } from '../../../infra/local/provision/provision-server.ts';
import { provisionStack } from '../../../infra/local/provision/provision-stack.ts';
import { SERVERS } from '../../../infra/local/servers/servers.ts';

const root = mkdtempSync(join(tmpdir(), 'h2g-provision-stack-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with one small program in it, for PATH. */
function folderWith(name: string, script: string): string {
  const folder = mkdtempSync(join(root, 'bin-'));
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

const bin = (name: string): string => join(folderWith(name, 'exit 0'), name);
const [temporal, nats, minio, versitygw] = ['temporal', 'nats-server', 'minio', 'versitygw'].map(bin);
/** Nobody listens there, and PATH is empty unless a test fills it. */
const BASE = { H2G_DOWNLOAD_BASE: 'http://127.0.0.1:2', H2G_TEMPORAL_BIN: temporal, H2G_NATS_BIN: nats };

const provision = (env: NodeJS.ProcessEnv, recorded?: 'minio' | 'versitygw') => {
  const progress: ProvisionProgress[] = [];
  const cacheDir = mkdtempSync(join(root, 'cache-'));
  const options = {
    cacheDir,
    env: { ...BASE, ...env },
    onProgress: (event: ProvisionProgress) => void progress.push(event),
  };
  return { result: provisionStack(options, recorded), progress };
};

describe('the store of a new home', () => {
  it.each([
    ['MinIO where it is', { H2G_MINIO_BIN: minio, H2G_VERSITYGW_BIN: versitygw }, 'minio', minio],
    ['VersityGW without MinIO and without Go', { H2G_VERSITYGW_BIN: versitygw }, 'versitygw', versitygw],
    [
      'what the person says',
      { H2G_MINIO_BIN: minio, H2G_VERSITYGW_BIN: versitygw, H2G_LOCAL_STORE: 'versitygw' },
      'versitygw',
      versitygw,
    ],
  ])('is %s', async (_case, env, store, path) => {
    expect(await provision(env).result).toEqual({ store, binaries: { temporal, nats, store: path } });
  });

  it('is VersityGW where Go is there but cannot build MinIO, and it says why', async () => {
    const PATH = folderWith('go', 'echo "no such host" >&2; exit 1');
    const { result, progress } = provision({ PATH, H2G_VERSITYGW_BIN: versitygw });
    expect(await result).toMatchObject({ store: 'versitygw' });
    const why = progress.find(({ server, detail }) => server === 'versitygw' && detail.includes('MinIO'));
    expect(why?.detail).toContain('no such host');
  });

  it('is refused where it is none that exists', async () => {
    const { result } = provision({ H2G_LOCAL_STORE: 'ceph' });
    await expect(result).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('ceph') });
  });
});

describe('the store of a home with objects', () => {
  it('stays, although the other would be preferred', async () => {
    const { result } = provision({ H2G_MINIO_BIN: minio, H2G_VERSITYGW_BIN: versitygw }, 'versitygw');
    expect(await result).toMatchObject({ store: 'versitygw' });
  });

  it('is never exchanged in silence when it cannot be had', async () => {
    const { result } = provision({ H2G_VERSITYGW_BIN: versitygw }, 'minio');
    await expect(result).rejects.toMatchObject({
      code: 'server-unavailable',
      message: expect.stringContaining('minio'),
    });
  });
});

it('ends the build of one server when another cannot be had', async () => {
  const pidFile = join(root, 'pid');
  const PATH = folderWith('go', `echo $$ > ${pidFile}; exec /bin/sleep 60`);
  // nats-server is not there and must be built; once its build is on the way, temporal comes with a wrong digest.
  const host = createServer((request, response) => {
    if (!request.url?.includes('/temporalio/cli/')) return void response.writeHead(404).end();
    if (!request.url.endsWith('checksums.txt')) return void response.end('not what was published');
    const archive = SERVERS.temporal.release?.archive(hostPlatform());
    const answer = (): void =>
      void (existsSync(pidFile) ? response.end(`${'0'.repeat(64)}  ${archive}`) : setTimeout(answer, 5));
    answer();
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const address = host.address();
  const H2G_DOWNLOAD_BASE = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const env = { PATH, H2G_DOWNLOAD_BASE, H2G_NATS_BIN: '', H2G_TEMPORAL_BIN: '', H2G_MINIO_BIN: minio };
  await expect(provision(env).result).rejects.toMatchObject({ code: 'download-failed' });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  host.closeAllConnections();
  host.close();
});
