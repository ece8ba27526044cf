import { H2gError } from '../../../domain/error.ts';
import { logSize, logTail } from '../log-tail.ts';
import { type LoggedProcess, type ProcessCommand, spawnLogged } from '../spawn-logged.ts';
import { awaitLogLine } from './await-log-line.ts';
import type { Running } from './keep-running.ts';

/** More than one batch: a detector finishes what it has in hand. */
const GRACE_MS = 20_000;
const READY_MARK = '"Worker:Ready"';

/**
 * Starts a worker and waits for its line `Worker:Ready`, however long it loads its models.
 * @throws H2gError `server-unavailable` with its last lines if it ends before
 */
export async function startWorker(command: ProcessCommand, logFile: string, signal: AbortSignal): Promise<Running> {
  const fromByte = await logSize(logFile);
  const child = await spawnLogged(command, logFile);
  const settled = new AbortController();
  try {
    const readSignal = AbortSignal.any([signal, settled.signal]);
    await Promise.race([
      awaitLogLine({ file: logFile, fromByte }, READY_MARK, readSignal),
      earlyEnd(child, command, { logFile, fromByte }),
    ]);
  } catch (error) {
    await child.stop(GRACE_MS);
    throw error;
  } finally {
    settled.abort();
  }
  return { pid: child.pid, exited: child.exited, stop: async () => void (await child.stop(GRACE_MS)) };
}

async function earlyEnd(
  child: LoggedProcess,
  { name }: ProcessCommand,
  log: { logFile: string; fromByte: number },
): Promise<never> {
  const { code, signal } = await child.exited;
  const lastLines = await logTail(log.logFile, log);
  throw new H2gError({
    code: 'server-unavailable',
    message: `the ${name} process ended while starting (${signal ?? `exit code ${code}`}); its last words:\n  ${lastLines.join('\n  ')}`,
    hint: `The whole log is ${log.logFile}.`,
  });
}
