import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { asH2gError, type ErrorCode, H2gError } from '../../domain/error.ts';
import { freePorts, isPortFree } from './free-ports.ts';
import { logSize, logTail } from './log-tail.ts';
import type { Credentials, Ports, ServerDefinition } from './servers/server-definition.ts';
import { type LoggedProcess, type ProcessExit, spawnLogged } from './spawn-logged.ts';
import { within } from './within.ts';

const READY_WITHIN_MS = 60_000;
const PROBE_EVERY_MS = 25;
const PROBE_TIMEOUT_MS = 2_000;
const STOP_GRACE_MS = 10_000;
const PORT_TRIES = 3;

export interface StartServerOptions {
  readonly binary: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** Exactly these ports or an error; left out, free ones are chosen. */
  readonly ports?: Ports;
  readonly credentials?: Credentials;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Called at once with the new process's id, so that it is on record whatever comes next. */
  readonly onSpawn?: (pid: number) => void;
}

export interface RunningServer {
  readonly name: ServerDefinition['name'];
  readonly ports: Ports;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM, then SIGKILL after 10 s; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

export const TEST_CREDENTIALS: Credentials = { accessKey: 'h2g-local', secretKey: 'h2g-local-secret' };

/**
 * Starts a server and waits until it serves.
 * @throws H2gError `port-in-use`, `disk-full` or `server-unavailable` with the server's last words; the process is gone by then
 */
export async function startServer(definition: ServerDefinition, options: StartServerOptions): Promise<RunningServer> {
  if (options.ports !== undefined) return startOnPorts(definition, options.ports, options);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await freePorts(definition.portNames);
    try {
      return await startOnPorts(definition, ports, options);
    } catch (error) {
      // Between choosing a free port and the server taking it, another program may have been faster.
      if (asH2gError(error).code !== 'port-in-use' || attempt === PORT_TRIES) throw error;
    }
  }
}

async function startOnPorts(
  definition: ServerDefinition,
  ports: Ports,
  options: StartServerOptions,
): Promise<RunningServer> {
  await refuseTakenPorts(definition, ports);
  const { dataDir, logFile, credentials = TEST_CREDENTIALS, env = process.env } = options;
  await mkdir(dataDir, { recursive: true }).catch((error: Error) => {
    throw unavailable(definition, `its folder ${dataDir} cannot be made: ${error.message}`, []);
  });
  const launch = definition.launch({ dataDir, ports, credentials });
  const fromByte = await logSize(logFile);
  const { binary: file, onSpawn } = options;
  const command = { name: definition.name, file, args: launch.args, env: { ...env, ...launch.env }, onSpawn };
  const child = await spawnLogged(command, logFile).catch((error: Error) => {
    throw unavailable(definition, `${options.binary} cannot be started: ${error.message}`, []);
  });
  await awaitReady(definition, child, { ports, logFile, fromByte, signal: options.signal });
  const stop = async (): Promise<void> => void (await child.stop(STOP_GRACE_MS));
  return { name: definition.name, ports, pid: child.pid, exited: child.exited, stop };
}

async function refuseTakenPorts(definition: ServerDefinition, ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue;
    throw new H2gError({
      code: 'port-in-use',
      message: `${definition.name} cannot start: its ${name} port 127.0.0.1:${port} is in use by another program`,
      hint: `Stop the program that listens on port ${port} (ss -ltnp | grep ${port}), then try again.`,
    });
  }
}

interface Readiness {
  readonly ports: Ports;
  readonly logFile: string;
  readonly fromByte: number;
  readonly signal: AbortSignal | undefined;
}

async function awaitReady(definition: ServerDefinition, child: LoggedProcess, readiness: Readiness): Promise<void> {
  const over = new AbortController();
  const giveUp = AbortSignal.any([over.signal, ...(readiness.signal ? [readiness.signal] : [])]);
  try {
    const end = await Promise.race([
      child.exited.then((exit) => `it ended while starting (${exit.signal ?? `exit code ${exit.code}`})`),
      probeUntilReady(definition, readiness.ports, giveUp),
    ]);
    if (end === 'ready') return;
    throw unavailable(definition, end, await logTail(readiness.logFile, readiness));
  } catch (error) {
    await child.stop(STOP_GRACE_MS);
    throw error;
  } finally {
    over.abort();
  }
}

async function probeUntilReady(definition: ServerDefinition, ports: Ports, signal: AbortSignal): Promise<string> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const probe = within(PROBE_TIMEOUT_MS, signal, (inTime) => definition.isReady(ports, inTime));
    // A refused connection is what a server that is still starting looks like.
    if (await probe.catch(() => false)) return 'ready';
    await delay(PROBE_EVERY_MS, undefined, { signal });
  }
  return `it did not become ready within ${READY_WITHIN_MS / 1000} s`;
}

const CAUSES: readonly { code: ErrorCode; pattern: RegExp; hint: string }[] = [
  {
    code: 'disk-full',
    pattern: /no space left|disk is full|file too large|StorageFull|drive (is )?full/i,
    hint: 'Free some disk space, or set H2G_HOME to a folder on a larger disk.',
  },
  {
    code: 'port-in-use',
    pattern: /address already in use|bind: /i,
    hint: 'Stop the program that uses the port, then try again.',
  },
];

function unavailable(definition: ServerDefinition, reason: string, lastLines: readonly string[]): H2gError {
  const said = lastLines.length === 0 ? '' : `; its last words:\n  ${lastLines.join('\n  ')}`;
  const cause = CAUSES.find(({ pattern }) => pattern.test(`${reason}\n${lastLines.join('\n')}`));
  return new H2gError({
    code: cause?.code ?? 'server-unavailable',
    message: `${definition.name} ${definition.version} did not start: ${reason}${said}`,
    hint: cause?.hint ?? `Look at the last lines above; another binary can be given with ${definition.pathVariable}.`,
  });
}
