import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { downStack } from '../../../infra/local/down-stack.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { SERVER_NAMES } from '../../../infra/local/servers/server-definition.ts';
import type { StackOptions } from '../../../infra/local/supervisor/reach-stack.ts';

/** The whole suite runs on either store. */
export const STORE = process.env['H2G_LOCAL_STORE'] ?? 'minio';
const WORKER = join(import.meta.dirname, 'tiny-worker.mjs');

export interface TemporaryHome extends AsyncDisposable {
  readonly homeDir: string;
  readonly options: StackOptions;
}

/** For `beforeAll`: on a fresh machine the binaries are fetched or built, which takes minutes. */
export async function provisionAll(): Promise<void> {
  const options = { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => {} };
  await Promise.all(SERVER_NAMES.map((name) => provisionServer(name, options)));
}

/** A home folder of its own, whose stack is ended and whose files are removed at the end of the test. */
export async function temporaryHome(more: Partial<StackOptions> = {}): Promise<TemporaryHome> {
  const homeDir = await mkdtemp(join(tmpdir(), 'h2g-home-'));
  const options: StackOptions = {
    homeDir,
    cacheDir: defaultCacheDir(process.env),
    env: { ...process.env, H2G_LOCAL_STORE: STORE },
    onProgress: () => {},
    workerCommand: [process.execPath, WORKER],
    lingerMs: 200,
    ...more,
  };
  const end = async (): Promise<void> => {
    await downStack({ homeDir });
    await rm(homeDir, { recursive: true, force: true, maxRetries: 5 });
  };
  return { homeDir, options, [Symbol.asyncDispose]: end };
}

/** Living processes whose command line names the folder: file name of the program, sorted. Linux only. */
export function processesOf(homeDir: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map(commandLine)
    .filter((args) => args.some((arg) => arg.includes(homeDir)))
    .map(([program = '', ...args]) =>
      program.endsWith('node') ? nodeRole(args) : program.slice(program.lastIndexOf('/') + 1),
    )
    .toSorted();
}

const nodeRole = (args: string[]): string =>
  args.some((arg) => arg.includes('supervisor-main')) ? 'supervisor' : 'node';

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
