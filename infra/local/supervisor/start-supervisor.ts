import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorFacts, H2gError, isErrorCode } from '../../../domain/error.ts';
import { logSize, logTail } from '../log-tail.ts';
import { siblingProgram } from '../sibling-program.ts';
import { connectControl, type ControlClient } from './control-client.ts';
import { requireSpace } from './require-space.ts';
import { logFile, type StackFolders } from './stack-folders.ts';
import { HELD_EXIT_CODE } from './supervisor-exit.ts';
import type { SupervisorSettings } from './supervisor-settings.ts';

const LISTENS_WITHIN_MS = 30_000;
const POLL_MS = 20;

/**
 * Starts the supervisor as a process of its own, which outlives this one, and connects to it.
 * @returns undefined if another supervisor took the home in the meantime
 * @throws H2gError what the supervisor said before it ended
 */
export async function startSupervisor(
  folders: StackFolders,
  settings: SupervisorSettings,
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<ControlClient | undefined> {
  requireSpace(folders.home);
  const log = logFile(folders, 'supervisor');
  await mkdir(folders.logs, { recursive: true });
  const fromByte = await logSize(log);
  const child = await spawnDetached(settings, log, options.env);
  let exitCode: number | null | undefined;
  child.once('exit', (code) => (exitCode = code));
  const deadline = performance.now() + LISTENS_WITHIN_MS;
  while (performance.now() < deadline) {
    options.signal.throwIfAborted();
    if (exitCode === HELD_EXIT_CODE) return undefined;
    if (exitCode !== undefined) throw lastWords(await logTail(log, { fromByte, lines: 1 }), log);
    const client = await connectControl(folders);
    if (client !== undefined) return client;
    await delay(POLL_MS, undefined, { signal: options.signal });
  }
  child.kill('SIGTERM');
  throw lastWords([], log);
}

async function spawnDetached(settings: SupervisorSettings, log: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const [file, ...args] = siblingProgram('./supervisor/supervisor-main');
  const output = await open(log, 'a');
  try {
    const child = spawn(file, [...args, JSON.stringify(settings)], {
      cwd: settings.homeDir,
      detached: true,
      env,
      stdio: ['ignore', output.fd, output.fd],
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } finally {
    await output.close();
  }
}

function lastWords([line]: string[], log: string): H2gError {
  return new H2gError(
    errorIn(line ?? '') ?? {
      code: 'server-unavailable',
      message: `the supervisor of the local servers did not come up${line === undefined ? '' : `: ${line}`}`,
      hint: `Look into ${log}.`,
    },
  );
}

function errorIn(line: string): ErrorFacts | undefined {
  try {
    const { error } = JSON.parse(line) as { error?: Record<string, unknown> };
    if (error === undefined || typeof error['code'] !== 'string' || !isErrorCode(error['code'])) return undefined;
    return { code: error['code'], message: String(error['message']), hint: String(error['hint']) };
  } catch {
    return undefined;
  }
}
