import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { freePorts } from '../../../infra/local/free-ports.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { SERVER_NAMES, type ServerName } from '../../../infra/local/servers/server-definition.ts';
import { SERVERS } from '../../../infra/local/servers/servers.ts';
import { startServer, type StartServerOptions } from '../../../infra/local/start-server.ts';
import { realServer } from '../../real-servers.ts';
import { provisionAll } from './temporary-home.ts';

beforeAll(provisionAll);

const root = mkdtempSync(join(tmpdir(), 'h2g-start-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const binaryOf = (name: ServerName): Promise<string> =>
  provisionServer(name, { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => {} });

let places = 0;
const place = (): Pick<StartServerOptions, 'dataDir' | 'logFile'> => {
  places += 1;
  return { dataDir: join(root, `data ${places}`), logFile: join(root, `${places}.log`) };
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Writes until nothing more fits. */
function fill(folder: string): void {
  try {
    for (let file = 0; file < 100; file += 1) writeFileSync(join(folder, `fill ${file}`), Buffer.alloc(1024));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

describe('a real server', () => {
  it.each(SERVER_NAMES)('%s starts, answers and leaves no process behind', { timeout: 60_000 }, async (name) => {
    const server = await realServer(name);
    expect(isAlive(server.pid)).toBe(true);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });
});

describe('a server that cannot start', () => {
  it('because its port is taken says which one', async () => {
    const ports = await freePorts(SERVERS.nats.portNames);
    const squatter = createServer().listen(ports['monitor'], '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const options = { binary: await binaryOf('nats'), ports, ...place() };
    await expect(startServer(SERVERS.nats, options)).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`its monitor port 127.0.0.1:${ports['monitor']}`),
    });
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('hands on its last words and is gone', async () => {
    const options = { binary: await binaryOf('temporal'), ...place() };
    writeFileSync(options.logFile, 'words of an earlier start\n');
    const pids: number[] = [];
    const start = startServer(SERVERS.temporal, {
      ...options,
      dataDir: '/proc/self',
      onSpawn: (pid) => pids.push(pid),
    });
    const error = await start.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'server-unavailable',
      message: expect.stringContaining('unable to open database file'),
    });
    expect(error).not.toMatchObject({ message: expect.stringContaining('earlier start') });
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it('is ended when nobody waits for it any longer', async () => {
    const binary = join(root, 'never-ready');
    writeFileSync(binary, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(binary, 0o755);
    const ending = new AbortController();
    const pids: number[] = [];
    const onSpawn = (pid: number): void => {
      pids.push(pid);
      ending.abort(new Error('enough'));
    };
    const start = startServer(SERVERS.nats, { binary, ...place(), onSpawn, signal: ending.signal });
    await expect(start).rejects.toThrow('enough');
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it('because the program is not one says so', async () => {
    const start = startServer(SERVERS.nats, { binary: join(root, 'nothing'), ...place() });
    await expect(start).rejects.toMatchObject({
      code: 'server-unavailable',
      hint: expect.stringContaining('H2G_NATS_BIN'),
    });
  });

  describe('on a full disk', () => {
    const disk = mkdtempSync(join(tmpdir(), 'h2g-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]).status === 0;
    afterAll(() => {
      if (mounted) spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    });

    it.skipIf(!mounted).each<ServerName>(['temporal', 'minio'])(
      '%s says so (skipped where mount is forbidden)',
      async (name) => {
        fill(disk);
        const options = { ...place(), binary: await binaryOf(name), dataDir: join(disk, name) };
        await expect(startServer(SERVERS[name], options)).rejects.toMatchObject({
          code: 'disk-full',
          hint: expect.stringContaining('H2G_HOME'),
        });
      },
    );
  });
});
