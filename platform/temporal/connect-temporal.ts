import { Client, Connection } from '@temporalio/client';
import type { CertificateFault } from '../../domain/certificate-fault.ts';
import { H2gError } from '../../domain/error.ts';
import type { TraceContext } from '../../domain/trace-context.ts';
import type { TemporalSettings } from '../server-settings.ts';
import { certificateOfLine } from './certificate-of-line.ts';
import { isGrpc } from './control-error.ts';
import { lineOptions } from './line-options.ts';
import { sendTrace } from './trace-headers.ts';

export interface TemporalLink {
  readonly connection: Connection;
  readonly client: Client;
  /** Requests made in `work` fail after 15 s: an answer takes milliseconds, and a person waits. */
  readonly promptly: <T>(work: () => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

/** Comes back at once when the server does, instead of after a second, and with no other connection's back-off. */
const CHANNEL_ARGS = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.use_local_subchannel_pool': 1 };
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_DEADLINE_MS = 15_000;

export interface ConnectOptions {
  readonly timeoutMs?: number;
  /** Where in a trace whoever starts workflows is; they go on there. */
  readonly place?: () => TraceContext | undefined;
}

/** @throws H2gError `control-unreachable`, naming the address; `usage` for a namespace that does not exist */
export async function connectTemporal(
  settings: TemporalSettings,
  { timeoutMs = CONNECT_TIMEOUT_MS, place = () => undefined }: ConnectOptions = {},
): Promise<TemporalLink> {
  const { address, namespace } = settings;
  const connection = await openConnection(settings, timeoutMs);
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (thrown) {
    await connection.close();
    throw isGrpc(thrown, 'NOT_FOUND') ? noNamespace(address, namespace, thrown) : unreachable(address, thrown);
  }
  return {
    connection,
    client: new Client({ connection, namespace, interceptors: { workflow: [sendTrace(place)] } }),
    promptly: (work) => connection.withDeadline(Date.now() + ANSWER_DEADLINE_MS, work),
    close: () => connection.close(),
  };
}

/** A cheap question that only a server at work answers, and only where our namespace is there. @throws what gRPC throws, after 15 s at the latest */
export const lookAtTemporal = ({ connection, client, promptly }: TemporalLink): Promise<unknown> =>
  promptly(() => connection.workflowService.describeNamespace({ namespace: client.options.namespace }));

/** Of any namespace. @throws H2gError `control-unreachable`, naming the address; `usage` for a certificate that cannot be read */
export async function openConnection(settings: TemporalSettings, timeoutMs = CONNECT_TIMEOUT_MS): Promise<Connection> {
  const line = await lineOptions(settings);
  try {
    return await Connection.connect({ ...line, connectTimeout: timeoutMs, channelArgs: CHANNEL_ARGS });
  } catch (thrown) {
    throw unreachable(settings.address, thrown, await certificateOfLine(line));
  }
}

const unreachable = (address: string, cause: unknown, certificate?: CertificateFault): H2gError =>
  new H2gError(
    {
      code: 'control-unreachable',
      message: `Temporal at ${address} ${certificate?.what ?? `cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`}.`,
      hint:
        certificate?.hint ??
        'Look whether the Temporal server runs and whether H2G_TEMPORAL_ADDRESS (host:port of its gRPC frontend) is its address.',
    },
    { cause },
  );

const noNamespace = (address: string, namespace: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'usage',
      message: `Temporal at ${address} has no namespace "${namespace}".`,
      hint: `Make it (temporal operator namespace create ${namespace}) or set H2G_TEMPORAL_NAMESPACE to one that exists.`,
    },
    { cause },
  );
