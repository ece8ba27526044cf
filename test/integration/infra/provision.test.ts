import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ProvisionProgress, provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { cutAfter, missing, PROGRAM, releaseHost, whole } from './release-host.ts';

const root = mkdtempSync(join(tmpdir(), 'h2g-provision-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  return folder;
};

/** Nobody listens there, also by chance: it is below the ports that are given out. (fetch refuses some well-known ports, so not 9.) */
const CLOSED = 'http://127.0.0.1:2';

/** A folder for PATH with one small program in it. */
function programFolder(name: string, script: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

/** Stands in for Go: says what it does, as Go does, and makes a binary where Go would. */
const GO_THAT_BUILDS = `echo "go: downloading example.org/m v1" >&2; echo example.org/m >&2; printf '#!/bin/sh\\n' > "$GOBIN/nats-server"; /bin/chmod 755 "$GOBIN/nats-server"`;
/** The priority is lowered just after the start; waits for that, 200 looks at most. */
const UNTIL_POLITE = 'n=0; while [ "$(/usr/bin/nice)" = 0 ] && [ $n -lt 200 ]; do n=$((n + 1)); done';
const GO_THAT_FAILS = 'echo "dial tcp: lookup proxy.golang.org: no such host" >&2; exit 1';

const provisionNats = (env: NodeJS.ProcessEnv, more: { cacheDir?: string; signal?: AbortSignal } = {}) => {
  const progress: ProvisionProgress[] = [];
  const cacheDir = more.cacheDir ?? newFolder();
  const signal = more.signal ?? new AbortController().signal;
  const result = provisionServer('nats', { cacheDir, env, signal, onProgress: (event) => progress.push(event) });
  return { result, progress, cacheDir };
};

/** How much of the archive lies in the cache. */
const partOf = (cacheDir: string) => ({
  receivedBytes: (): number => {
    const part = readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.part'));
    return part === undefined ? 0 : statSync(join(cacheDir, part)).size;
  },
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('the official download', () => {
  it('is checked, unpacked, reported in bytes, and found in the cache the next time', async () => {
    await using host = await releaseHost();
    const { result, progress, cacheDir } = provisionNats({ H2G_DOWNLOAD_BASE: host.base });
    const path = await result;
    expect(readFileSync(path, 'utf8')).toBe(PROGRAM);
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('nats-server: v2.15.2\n');
    expect(filesIn(cacheDir)).toEqual(['nats-server']);
    const size = host.archive.length;
    expect(progress.findLast(({ phase }) => phase === 'downloading')).toMatchObject({
      server: 'nats',
      doneBytes: size,
      totalBytes: size,
    });
    expect(progress.at(-1)).toMatchObject({ phase: 'ready', detail: expect.stringContaining('checksum verified') });
    expect(await provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result).toBe(path);
    expect(host.requests).toEqual(['SHA256SUMS', host.archiveName]);
  });

  it('with a wrong checksum is an error with both digests, deleted, and never replaced in silence', async () => {
    const wrong = 'a'.repeat(64);
    await using host = await releaseHost({ checksums: (_right, name) => `${wrong}  ${name}` });
    const env = { H2G_DOWNLOAD_BASE: host.base, PATH: programFolder('go', GO_THAT_BUILDS) };
    const { result, cacheDir } = provisionNats(env);
    const error = await caught(result);
    expect(error).toMatchObject({ code: 'download-failed', message: expect.stringContaining(wrong) });
    expect(error).toMatchObject({ message: expect.stringContaining(host.digest) });
    expect(filesIn(cacheDir)).toEqual([]);
  });

  it('goes on where the line was cut', async () => {
    const cacheDir = newFolder();
    await using host = await releaseHost({ archive: cutAfter({ bytes: 1000, times: 2, ...partOf(cacheDir) }) });
    const path = await provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result;
    expect(readFileSync(path, 'utf8')).toBe(PROGRAM);
    expect(host.requests.slice(1)).toEqual([
      host.archiveName,
      `${host.archiveName} bytes=1000-`,
      `${host.archiveName} bytes=2000-`,
    ]);
  });

  it('begins anew where the server knows no ranges', async () => {
    const cacheDir = newFolder();
    await using host = await releaseHost({
      archive: (request, response, { archive, count }) => {
        if (count === 1)
          return cutAfter({ bytes: 1000, times: 1, ...partOf(cacheDir) })(request, response, { archive, count });
        response.writeHead(200, { 'content-length': archive.length }).end(archive);
      },
    });
    expect(readFileSync(await provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result, 'utf8')).toBe(
      PROGRAM,
    );
  });

  it('that is always cut gives up, says how far it came, and turns to Go', async () => {
    const cacheDir = newFolder();
    await using host = await releaseHost({ archive: cutAfter({ bytes: 10, times: 99, ...partOf(cacheDir) }) });
    const error = await caught(provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result);
    expect(error).toMatchObject({
      code: 'server-unavailable',
      message: expect.stringContaining('was cut off 4 times, the last time after 40 bytes'),
    });
    const env = { H2G_DOWNLOAD_BASE: host.base, PATH: programFolder('go', GO_THAT_BUILDS) };
    const { result, progress } = provisionNats(env, { cacheDir });
    await result;
    expect(progress.at(-1)?.detail).toContain('built with Go');
  });

  it('continues what a killed process left, and starts anew if that is too long', async () => {
    await using host = await releaseHost();
    const { cacheDir, result } = provisionNats({ H2G_DOWNLOAD_BASE: host.base });
    const path = await result;
    const part = join(path, '..', `${host.archiveName}.part`);
    for (const left of [host.archive.subarray(0, 5000), Buffer.alloc(host.archive.length + 9)]) {
      rmSync(path);
      writeFileSync(part, left);
      await provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result;
      expect(readFileSync(path, 'utf8')).toBe(PROGRAM);
    }
    expect(host.requests).toContain(`${host.archiveName} bytes=5000-`);
  });

  it('is made once for two who want it at the same time', async () => {
    await using host = await releaseHost();
    const cacheDir = newFolder();
    const paths = await Promise.all(
      [1, 2].map(() => provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir }).result),
    );
    expect(new Set(paths).size).toBe(1);
    expect(host.requests).toEqual(['SHA256SUMS', host.archiveName]);
  });

  it.each([
    ['an asset that is not there', { archive: missing }, 'answered 404'],
    [
      'a checksum file that does not list it',
      { checksums: () => `${'0'.repeat(64)}  other\n` },
      'SHA256SUMS does not list nats-server',
    ],
  ])('of %s says so', async (_case, plan, said) => {
    await using host = await releaseHost(plan);
    const error = await caught(provisionNats({ H2G_DOWNLOAD_BASE: host.base }).result);
    expect(error).toMatchObject({ code: 'server-unavailable', message: expect.stringContaining(said) });
  });
});

describe('no network', () => {
  it('and no Go: one error that names every way', async () => {
    const error = await caught(provisionNats({ H2G_DOWNLOAD_BASE: CLOSED }).result);
    expect(error).toMatchObject({ code: 'server-unavailable', message: expect.stringContaining('ECONNREFUSED') });
    for (const way of ['H2G_NATS_BIN', 'PATH', 'H2G_DOWNLOAD_BASE', 'install Go']) {
      expect(error).toMatchObject({ hint: expect.stringContaining(way) });
    }
  });

  it(
    'is noticed within seconds where a server takes the connection and says nothing',
    { timeout: 15_000 },
    async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const address = silent.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const started = performance.now();
      const error = await caught(provisionNats({ H2G_DOWNLOAD_BASE: `http://127.0.0.1:${port}` }).result);
      expect(error).toMatchObject({ message: expect.stringContaining('no answer within 5 s') });
      expect(performance.now() - started).toBeLessThan(10_000);
      silent.close();
    },
  );

  it('with a Go that cannot reach its proxy either: the error has Go’s own words', async () => {
    const env = { H2G_DOWNLOAD_BASE: CLOSED, PATH: programFolder('go', GO_THAT_FAILS) };
    const { result, cacheDir } = provisionNats(env);
    expect(await caught(result)).toMatchObject({
      code: 'server-unavailable',
      message: expect.stringContaining('lookup proxy.golang.org'),
    });
    expect(filesIn(cacheDir)).toEqual([]);
  });
});

describe('building with Go', () => {
  const offline = { H2G_DOWNLOAD_BASE: CLOSED };

  it('shows that it moves, politely, with the person’s own Go settings', async () => {
    const log = join(newFolder(), 'env');
    const PATH = programFolder(
      'go',
      `${UNTIL_POLITE}; echo "$* nice $(/usr/bin/nice) $GOPROXY $GOWORK" > ${log}; ${GO_THAT_BUILDS}; /bin/sleep 1.2`,
    );
    const { result, progress } = provisionNats({ ...offline, PATH, GOPROXY: 'https://proxy.example' });
    await result;
    const [args, priority, proxy] = [/^.*@\S+/, /(?<=nice )\d+/, /https:\S+/].map((part) =>
      part.exec(readFileSync(log, 'utf8')),
    );
    expect(args?.[0]).toBe('install -v github.com/nats-io/nats-server/v2@v2.15.2');
    expect(proxy?.[0]).toBe('https://proxy.example');
    expect(priority?.[0]).toBe('10');
    const building = progress.filter(({ phase }) => phase === 'building').map(({ detail }) => detail);
    expect(building).toContain('compiling: 1 modules fetched, 1 packages compiled');
  });

  it('ends when it is told to, and leaves nothing', async () => {
    const ending = new AbortController();
    const started = join(newFolder(), 'started');
    const PATH = programFolder('go', `: > ${started}; exec /bin/sleep 60`);
    const { result, cacheDir } = provisionNats({ ...offline, PATH }, { signal: ending.signal });
    const outcome = caught(result);
    await expect.poll(() => filesIn(join(started, '..')).length).toBe(1);
    ending.abort(new Error('told to'));
    expect(await outcome).toMatchObject({ message: 'told to' });
    expect(filesIn(cacheDir)).toEqual([]);
  });
});

describe('a binary that is there', () => {
  it('is taken from the environment, whatever its version', async () => {
    const bin = join(programFolder('old-nats', 'echo old'), 'old-nats');
    expect(await provisionNats({ H2G_NATS_BIN: bin }).result).toBe(bin);
    const error = await caught(provisionNats({ H2G_NATS_BIN: '/nowhere/nats' }).result);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('/nowhere/nats') });
  });

  it.each([
    ['v2.15.2', true],
    ['v2.12.0', true],
    ['v2.9.25', false],
    ['v3.0.0', false],
    ['unknown', false],
  ])('on PATH, saying %s, is used: %s', async (said, used) => {
    const PATH = programFolder('nats-server', `echo "nats-server: ${said}"`);
    const { result, progress } = provisionNats({ PATH, H2G_DOWNLOAD_BASE: CLOSED });
    if (used) expect(await result).toBe(join(PATH, 'nats-server'));
    else expect(await caught(result)).toMatchObject({ code: 'server-unavailable' });
    expect(progress[0]).toMatchObject({
      phase: 'found',
      detail: expect.stringContaining(used ? said.slice(1) : 'not used'),
    });
  });
});

describe('a full disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h2g-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!mounted)(
    'while downloading is said, and nothing half-written is taken for a binary (skipped where mount is forbidden)',
    async () => {
      await using host = await releaseHost({ archive: whole });
      expect(host.archive.length).toBeGreaterThan(64 * 1024);
      const { result } = provisionNats({ H2G_DOWNLOAD_BASE: host.base }, { cacheDir: folder });
      expect(await caught(result)).toMatchObject({ code: 'disk-full', hint: expect.stringContaining('H2G_CACHE') });
      expect(filesIn(folder)).not.toContain('nats-server');
    },
  );
});
