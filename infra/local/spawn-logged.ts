import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ProcessCommand {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called at once with the new process's id, before anything else can happen. */
  readonly onSpawn?: ((pid: number) => void) | undefined;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LoggedProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when the process is gone. */
  stop(graceMs: number): Promise<ProcessExit>;
}

const exitOf = (child: ChildProcess): Promise<ProcessExit> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));

async function stopChild(child: ChildProcess, exited: Promise<ProcessExit>, graceMs: number): Promise<ProcessExit> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  return exited.finally(() => clearTimeout(killer));
}

/**
 * Starts a process whose output goes to the end of `logFile`. The log is a file and not a pipe, so the process outlives us unharmed.
 * @throws the system's error if the program cannot be started at all
 */
export async function spawnLogged(command: ProcessCommand, logFile: string): Promise<LoggedProcess> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  try {
    const child = spawn(command.file, command.args, {
      env: command.env,
      stdio: ['ignore', log.fd, log.fd],
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    });
    if (child.pid !== undefined) command.onSpawn?.(child.pid);
    const exited = exitOf(child);
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const { pid } = child;
    if (pid === undefined) throw new Error(`${command.file} has no process id`);
    return { pid, exited, stop: (graceMs) => stopChild(child, exited, graceMs) };
  } finally {
    await log.close();
  }
}
