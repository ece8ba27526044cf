import type { ControlAnswer, ControlRequest, StackStatus } from './control-messages.ts';
import type { ControlConnection, ControlHandler } from './control-server.ts';
import type { StackLeases } from './stack-leases.ts';
import type { StackParts, StackServers } from './stack-servers.ts';
import type { StackWorkers } from './stack-workers.ts';

export interface RunningStack {
  readonly servers: StackServers;
  readonly workers: StackWorkers;
}

export interface HandlerParts {
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

/** How the supervisor answers each request of a command. */
export function createRequestHandler(handlerParts: HandlerParts): ControlHandler {
  const { parts, leases, started, stopped, stopping, stop } = handlerParts;
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
  return async (request, connection) => {
    if (!stopping.signal.aborted && isOutdated(request, parts, leases)) stop('another build wants the home');
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
