import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process id alone may be another program's by tomorrow; with the time of its start it is one process for ever. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

const POLL_MS = 20;
const KILL_WITHIN_MS = 10_000;

/** When a living process started, in the system's own words; undefined if there is none, or only its unreaped remains. */
function startedAt(pid: number): string | undefined {
  return process.platform === 'linux' ? startedAtLinux(pid) : startedAtByPs(pid);
}

/** Fields 3 and 22 of /proc/<pid>/stat: state, and clock ticks since boot. The name before them may hold blanks and brackets. */
function startedAtLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startedAtByPs(pid: number): string | undefined {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const start = startedAt(pid);
  return start === undefined ? undefined : { pid, startedAt: start };
}

export const isAlive = (identity: ProcessIdentity): boolean => startedAt(identity.pid) === identity.startedAt;

/** Ends a process that is not our child and waits until it is gone. @throws Error if even SIGKILL does not end it */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (await signalAndWait(identity, 'SIGTERM', graceMs)) return;
  if (await signalAndWait(identity, 'SIGKILL', KILL_WITHIN_MS)) return;
  throw new Error(`process ${identity.pid} does not end, not even by SIGKILL`);
}

async function signalAndWait(identity: ProcessIdentity, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  if (!isAlive(identity)) return true;
  sendSignal(identity.pid, signal);
  const deadline = performance.now() + withinMs;
  while (isAlive(identity)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
