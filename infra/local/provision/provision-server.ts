import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import type { ServerDefinition, ServerName } from '../servers/server-definition.ts';
import { SERVERS } from '../servers/servers.ts';
import { buildWithGo, findGo } from './build-with-go.ts';
import { downloadRelease } from './download-release.ts';
import { binaryFromEnvironment, binaryFromPath, isExecutable } from './find-binary.ts';
import { hostPlatform } from './host-platform.ts';
import { withFileLock } from './with-file-lock.ts';

export interface ProvisionProgress {
  readonly server: ServerName;
  readonly phase: 'found' | 'downloading' | 'building' | 'ready';
  readonly detail: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
  /** Since the work on this server began. */
  readonly seconds: number;
}

export interface ProvisionOptions {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: ProvisionProgress) => void;
  readonly signal?: AbortSignal;
}

/** What every way of getting a binary is given. */
export interface ProvisionTask {
  readonly definition: ServerDefinition;
  readonly env: NodeJS.ProcessEnv;
  /** Where the binary is wanted; it appears there whole or not at all. */
  readonly target: string;
  readonly report: (progress: Omit<ProvisionProgress, 'server' | 'seconds'>) => void;
  readonly signal: AbortSignal;
}

export const cachedBinary = (definition: ServerDefinition, cacheDir: string): string => {
  const { os, arch } = hostPlatform();
  return join(cacheDir, 'servers', `${definition.name}-${definition.version}-${os}-${arch}`, definition.fileName);
};

/**
 * The path of a server's binary: from the environment, PATH, the cache, the official download, or built with Go; the first that there is.
 * @throws H2gError `usage` for an environment variable that names no program, `download-failed` for a wrong checksum,
 * `server-unavailable` if no way leads to a binary
 */
export async function provisionServer(name: ServerName, options: ProvisionOptions): Promise<string> {
  const task = taskOf(SERVERS[name], options);
  const found = (await binaryFromEnvironment(task)) ?? (await binaryFromPath(task));
  if (found !== undefined) return found;
  if (await isExecutable(task.target)) return ready(task, 'cache');
  await mkdir(dirname(task.target), { recursive: true });
  return withFileLock(dirname(task.target), task.signal, async () => {
    if (await isExecutable(task.target)) return ready(task, 'made by another process');
    return fetchOrBuild(task);
  });
}

/** Whether a binary lies ready, without fetching or building anything. */
export async function isAtHand(name: ServerName, options: ProvisionOptions): Promise<boolean> {
  const task = taskOf(SERVERS[name], { ...options, onProgress: () => {} });
  const found = (await binaryFromEnvironment(task)) ?? (await binaryFromPath(task));
  return found !== undefined || isExecutable(task.target);
}

async function fetchOrBuild(task: ProvisionTask): Promise<string> {
  const notDownloaded = await downloadRelease(task);
  if (notDownloaded === undefined) return ready(task, 'downloaded, checksum verified');
  const go = await findGo(task.env);
  if (go !== undefined) task.report({ phase: 'building', detail: `with ${go}, since ${notDownloaded}` });
  const notBuilt = await buildWithGo(task, go);
  if (notBuilt === undefined) return ready(task, 'built with Go');
  throw noWay(task.definition, notDownloaded, notBuilt);
}

function ready({ report, target }: ProvisionTask, how: string): string {
  report({ phase: 'ready', detail: `${target} (${how})` });
  return target;
}

function taskOf(definition: ServerDefinition, options: ProvisionOptions): ProvisionTask {
  const { cacheDir, env, onProgress, signal = new AbortController().signal } = options;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  return {
    definition,
    env,
    signal,
    target: cachedBinary(definition, cacheDir),
    report: (progress) => onProgress({ server: definition.name, seconds: seconds(), ...progress }),
  };
}

function noWay(definition: ServerDefinition, notDownloaded: string, notBuilt: string): H2gError {
  const { name, version, pathVariable, fileName, release } = definition;
  const download = 'connect to the internet, or set H2G_DOWNLOAD_BASE to a mirror of the release pages';
  const ways = [
    `set ${pathVariable} to a ${fileName} binary`,
    `put a ${fileName} of a usable version on PATH`,
    ...(release === undefined ? [] : [download]),
    'install Go (https://go.dev/dl), with the internet or a module proxy (GOPROXY) in reach',
  ];
  return new H2gError({
    code: 'server-unavailable',
    message: `no way to get ${name} ${version}: ${pathVariable} is not set, no usable ${fileName} is on PATH or in the cache, ${notDownloaded}, ${notBuilt}`,
    hint: `One of these helps: ${ways.join('; ')}.`,
  });
}
