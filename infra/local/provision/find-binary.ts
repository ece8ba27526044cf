import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { H2gError } from '../../../domain/error.ts';
import type { ServerDefinition } from '../servers/server-definition.ts';
import type { ProvisionTask } from './provision-server.ts';

const VERSION_TIMEOUT_MS = 5_000;

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What a person names is used whatever its version: who sets it knows why. */
export async function binaryFromEnvironment({ definition, env, report }: ProvisionTask): Promise<string | undefined> {
  const path = env[definition.pathVariable];
  if (path === undefined || path === '') return undefined;
  if (!(await isExecutable(path))) {
    throw new H2gError({
      code: 'usage',
      message: `${definition.pathVariable} is ${path}, which is not a program that can be run`,
      hint: `Set ${definition.pathVariable} to the path of a ${definition.fileName} binary, or unset it.`,
    });
  }
  report({ phase: 'found', detail: `${path} (${definition.pathVariable})` });
  return path;
}

/** The first one on PATH, if its version will do; otherwise a line says why not. */
export async function binaryFromPath({ definition, env, report, signal }: ProvisionTask): Promise<string | undefined> {
  const path = await onPath(definition.fileName, env);
  if (path === undefined) return undefined;
  const version = await versionOf(path, definition, signal);
  const usable = version !== undefined && isVersionUsable(version, definition);
  const verdict = usable ? 'PATH' : `PATH, but not used: ${version ?? 'it does not tell its version'}`;
  report({
    phase: 'found',
    detail: `${path} (${verdict}${usable ? `, ${version}` : `; from ${definition.oldestVersion} on it would be`})`,
  });
  return usable ? path : undefined;
}

export async function onPath(fileName: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const suffix of suffixes) {
      const path = join(folder, `${fileName}${suffix}`);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

async function versionOf(path: string, definition: ServerDefinition, signal: AbortSignal): Promise<string | undefined> {
  try {
    const run = promisify(execFile)(path, [...definition.versionArgs], { timeout: VERSION_TIMEOUT_MS, signal });
    return definition.parseVersion((await run).stdout);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** At least the oldest that is known to work, and of the same major version. */
export function isVersionUsable(version: string, { oldestVersion }: Pick<ServerDefinition, 'oldestVersion'>): boolean {
  const [have, need] = [version, oldestVersion].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const first = have.findIndex((part, index) => part !== need[index]);
  if (first === -1) return true;
  return first > 0 && (have[first] ?? 0) > (need[first] ?? 0);
}
