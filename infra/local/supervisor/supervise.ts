import type { Logger } from 'pino';
import { asH2gError } from '../../../domain/error.ts';
import { boundLogs } from './bound-logs.ts';
import { serveControl } from './control-server.ts';
import { createRequestHandler, type RunningStack } from './create-request-handler.ts';
import { endOrphans } from './end-orphans.ts';
import { leaveHome, takeHome } from './home-holder.ts';
import { makeStackFolders, stackFolders } from './stack-folders.ts';
import { createLeases } from './stack-leases.ts';
import { openStackLedger } from './stack-record.ts';
import { type StackParts, startServers } from './stack-servers.ts';
import { startWorkers } from './stack-workers.ts';
import type { SupervisorSettings } from './supervisor-settings.ts';

const FIRST_WAIT_MS = 15_000;
const BOUND_LOGS_EVERY_MS = 60_000;

/**
 * Owns one home's servers and workers until nobody needs them, somebody says `down`, or `signal` is aborted.
 * @returns `held` if another supervisor has this home
 * @throws H2gError if the stack does not start; everyone who waits for it is told the same
 */
export async function supervise(
  settings: SupervisorSettings,
  log: Logger,
  signal: AbortSignal,
): Promise<'held' | 'ended'> {
  const folders = stackFolders(settings.homeDir);
  await makeStackFolders(folders);
  if (!(await takeHome(folders, signal))) return 'held';
  try {
    const ledger = openStackLedger(folders.record);
    const onChange = (facts: object): void => log.info(facts, 'Process:Changed');
    await superviseHome({ settings, folders, ledger, onChange }, log, signal);
    return 'ended';
  } finally {
    leaveHome(folders);
  }
}

async function superviseHome(parts: StackParts, log: Logger, signal: AbortSignal): Promise<void> {
  const { folders, ledger, settings } = parts;
  const stopping = new AbortController();
  const stop = (reason: string): void => {
    log.info({ reason }, 'Stack:Stopping');
    stopping.abort();
  };
  const onSignal = (): void => stop('signal');
  signal.addEventListener('abort', onSignal, { once: true });
  const leases = createLeases({
    standing: ledger.record.standing,
    lingerMs: settings.lingerMs,
    firstWaitMs: FIRST_WAIT_MS,
    onIdle: () => stop('idle'),
  });
  // Nothing is started before commands can be told about it.
  let begin = (): void => {};
  const listening = new Promise<void>((resolve) => (begin = resolve));
  const started = listening.then(() => startStack(parts, log, stopping.signal));
  const stopped = untilStopped(started, stopping.signal);
  const handle = createRequestHandler({ parts, leases, started, stopped, stopping, stop });
  const control = await serveControl(folders.socket, handle);
  begin();
  const rotation = setInterval(() => void rotate(folders.logs, log), BOUND_LOGS_EVERY_MS);
  try {
    await stopped;
    ledger.update({ processes: {} });
  } finally {
    clearInterval(rotation);
    leases.close();
    // Answers that wait for the end go out before their connections do.
    await new Promise((resolve) => setImmediate(resolve));
    await control.close();
    log.info({}, 'Stack:Stopped');
  }
}

async function startStack(parts: StackParts, log: Logger, signal: AbortSignal): Promise<RunningStack> {
  const orphans = await endOrphans(parts.ledger);
  if (orphans.length > 0) log.warn({ orphans }, 'Orphans:Ended');
  parts.ledger.update({ store: parts.settings.store });
  await rotate(parts.folders.logs, log);
  const servers = await startServers(parts, signal);
  const workers = startWorkers(parts, servers.addresses);
  for (const bundleUrl of parts.ledger.record.bundles) {
    workers
      .ensureDetector(bundleUrl)
      .catch((error: unknown) => log.error({ bundleUrl, error: asH2gError(error).facts }, 'Detector:Failed'));
  }
  log.info({ temporal: servers.addresses.temporal, nats: servers.addresses.nats }, 'Stack:Ready');
  return { servers, workers };
}

/** Workers first: they hand back what they hold while the servers still listen. */
async function untilStopped(started: Promise<RunningStack>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const stack = await started.catch((error: unknown) => {
    // Told to stop while starting: what had been started has been ended.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (stack === undefined) return;
  await aborted;
  await stack.workers.stop();
  await Promise.all(stack.servers.kept.map((server) => server.stop()));
}

async function rotate(logs: string, log: Logger): Promise<void> {
  await boundLogs(logs).catch((error: unknown) => log.error({ error: asH2gError(error).facts }, 'Logs:NotBounded'));
}
