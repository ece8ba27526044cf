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

/**
 * Living processes whose command line names the folder: file name of the program, sorted. Linux only. One that was forked and has not become
 * its own program yet still has its parent's command line, and does not count.
 */
export function processesOf(homeDir: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => ({ pid, line: readProc(pid, 'cmdline') }))
    .filter(({ pid, line }) => line.includes(homeDir) && line !== readProc(parentOf(pid), 'cmdline'))
    .map(({ line }) => programOf(line.split('\0')))
    .toSorted();
}

const programOf = ([program = '', ...args]: string[]): string =>
  program.endsWith('node') ? nodeRole(args) : program.slice(program.lastIndexOf('/') + 1);

const nodeRole = (args: string[]): string =>
  args.some((arg) => arg.includes('supervisor-main')) ? 'supervisor' : 'node';

/** Its number is the second field behind the name, which may hold blanks and brackets. */
function parentOf(pid: string): string {
  const stat = readProc(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '0';
}

/** Empty once the process is gone. */
function readProc(pid: string, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
