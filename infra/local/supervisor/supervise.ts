import type { Logger } from 'pino';
import { asH2gError } from '../../../domain/error.ts';
import { boundLogs } from './bound-logs.ts';
import type { ControlAnswer, ControlRequest, StackStatus } from './control-messages.ts';
import { type ControlConnection, serveControl } from './control-server.ts';
import { endOrphans } from './end-orphans.ts';
import { leaveHome, takeHome } from './home-holder.ts';
import { makeStackFolders, stackFolders } from './stack-folders.ts';
import { createLeases, type StackLeases } from './stack-leases.ts';
import { openStackLedger } from './stack-record.ts';
import { type StackParts, type StackServers, startServers } from './stack-servers.ts';
import { type StackWorkers, startWorkers } from './stack-workers.ts';
import type { SupervisorSettings } from './supervisor-settings.ts';

const FIRST_WAIT_MS = 15_000;
const BOUND_LOGS_EVERY_MS = 60_000;

interface RunningStack {
  readonly servers: StackServers;
  readonly workers: StackWorkers;
}

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
  const started = startStack(parts, log, stopping.signal);
  const stopped = untilStopped(started, stopping.signal);
  const control = await serveControl(
    folders.socket,
    createHandler({ parts, leases, started, stopped, stopping, stop }),
  );
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
  try {
    const { servers, workers } = await started;
    await aborted;
    await workers.stop();
    await Promise.all(servers.kept.map((server) => server.stop()));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function rotate(logs: string, log: Logger): Promise<void> {
  await boundLogs(logs).catch((error: unknown) => log.error({ error: asH2gError(error).facts }, 'Logs:NotBounded'));
}

interface HandlerParts {
  readonly parts: StackParts;
  readonly leases: StackLeases;
  readonly started: Promise<RunningStack>;
  readonly stopped: Promise<void>;
  readonly stopping: AbortController;
  readonly stop: (reason: string) => void;
}

type Answers = {
  [Kind in ControlRequest['kind']]: (
    request: Extract<ControlRequest, { kind: Kind }>,
    connection: ControlConnection,
  ) => Promise<ControlAnswer>;
};

function createHandler({ parts, leases, started, stopped, stopping, stop }: HandlerParts) {
  const { ledger } = parts;
  const rememberStanding = (workers: StackWorkers): void => {
    if (leases.standing()) ledger.update({ standing: true, bundles: [...workers.bundleUrls()] });
  };
  const answers: Answers = {
    lease: async (_request, { ended }) => {
      leases.hold(ended);
      return { kind: 'addresses', addresses: (await started).servers.addresses };
    },
    ensureDetector: async ({ bundleUrl }) => {
      const { workers } = await started;
      await workers.ensureDetector(bundleUrl);
      rememberStanding(workers);
      return { kind: 'done' };
    },
    up: async () => {
      leases.stand();
      const { servers, workers } = await started;
      rememberStanding(workers);
      return { kind: 'addresses', addresses: servers.addresses };
    },
    down: async () => {
      ledger.update({ standing: false, bundles: [] });
      if (!stopping.signal.aborted) stop('down');
      await stopped;
      return { kind: 'done' };
    },
    status: async () => ({ kind: 'status', status: statusOf(parts, leases, await started) }),
  };
  return async (request: ControlRequest, connection: ControlConnection): Promise<ControlAnswer> => {
    if (isOutdated(request, parts, leases)) stop('another build wants the home');
    if (stopping.signal.aborted && request.kind !== 'down') return { kind: 'stopping' };
    try {
      return await answerOne(answers, request, connection);
    } catch (error) {
      if (stopping.signal.aborted) return { kind: 'stopping' };
      throw error;
    }
  };
}

/** After an update the old program must not serve the new one; but nobody's run is cut short for it. */
const isOutdated = (request: ControlRequest, { settings }: StackParts, leases: StackLeases): boolean =>
  'build' in request && request.build !== settings.build && leases.count() === 0;

const answerOne = <Kind extends ControlRequest['kind']>(
  answers: Answers,
  request: Extract<ControlRequest, { kind: Kind }>,
  connection: ControlConnection,
): Promise<ControlAnswer> => answers[request.kind as Kind](request, connection);

function statusOf(
  { settings, folders }: StackParts,
  leases: StackLeases,
  { servers, workers }: RunningStack,
): StackStatus {
  return {
    standing: leases.standing(),
    leases: leases.count(),
    supervisorPid: process.pid,
    store: settings.store,
    addresses: servers.addresses,
    processes: [...servers.kept, ...workers.kept()].map(({ facts }) => facts()),
    logsDir: folders.logs,
  };
}
