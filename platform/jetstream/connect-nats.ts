import {
  connect,
  createInbox,
  ErrorCode,
  NatsError,
  type ConnectionOptions,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
} from 'nats';
import { certificateFault } from '../../domain/certificate-fault.ts';
import { H2gError } from '../../domain/error.ts';
import type { NatsFiles, RemoteServers } from '../server-settings.ts';
import { withoutUrlSecrets, type Log } from '../log.ts';
import { readSecret } from '../read-secret.ts';
import { credsFile } from './creds-file.ts';
import { backOffMs, pause } from './pause.ts';

/** One connection and the two faces of JetStream on it. */
export interface NatsLink {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** A new subject for answers, which this process may hear. */
  inbox: () => string;
  /** Sends what is still to be sent, then closes. */
  close(): Promise<void>;
}

/** Who connects: answers to one role cannot be heard by another where the site gives each a user of its own (infra/helm/h2g-flow/files/nats-users.conf). */
export type NatsRole = 'orchestrator' | 'detector' | 'setup' | 'client';

/** Where a broker is, and how it is convinced. */
export interface NatsPlace {
  /** One URL, or several of a cluster with commas between; name and password, or a token, may be in it. */
  readonly url: string;
  readonly files?: NatsFiles | undefined;
}

export const natsPlace = ({ natsUrl: url, natsFiles: files }: RemoteServers): NatsPlace => ({ url, files });

export interface NatsOptions extends NatsPlace {
  /** How this process is called on the server's pages. */
  readonly name: string;
  /** Without one, inboxes are those of nobody in particular. */
  readonly role?: NatsRole;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** How long a first connection is tried before the error. */
  readonly patienceMs?: number;
}

/** Requests in flight at a disconnect hang until this; the client's own 5 s would be half an ack wait. */
const REQUEST_TIMEOUT_MS = 1_000;
const PATIENCE_MS = 20_000;

const DENIED: ReadonlySet<string> = new Set([
  ErrorCode.AuthorizationViolation,
  ErrorCode.BadAuthentication,
  ErrorCode.AuthenticationExpired,
  ErrorCode.PermissionsViolation,
]);

const inboxPrefix = (role: NatsRole | undefined): string => (role === undefined ? '_INBOX' : `_INBOX.${role}`);

/** A dead line is noticed in 4.4 s, and a connection once made is never given up. */
const optionsOf = async ({ url, files, name, role }: NatsOptions): Promise<ConnectionOptions> => ({
  ...serversAndLogin(url),
  ...(files === undefined ? {} : await filesOptions(files)),
  name,
  inboxPrefix: inboxPrefix(role),
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  reconnectJitter: 250,
  pingInterval: 2_000,
  maxPingOut: 2,
  timeout: 2_000,
  noAsyncTraces: true,
});

/** The client takes addresses only; what stands before the @ it would take for a part of the host's name. */
function serversAndLogin(text: string): ConnectionOptions {
  const urls = text.split(',').map((url) => new URL(url.trim()));
  const [first] = urls;
  const user = decodeURIComponent(first?.username ?? '');
  const pass = decodeURIComponent(first?.password ?? '');
  return {
    servers: urls.map(({ host }) => host),
    ...(urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    ...(user !== '' && pass !== '' ? { user, pass } : {}),
    ...(user !== '' && pass === '' ? { token: user } : {}),
  };
}

/** @throws H2gError `usage` for one that cannot be read */
async function filesOptions({ ca, cert, key, creds }: NatsFiles): Promise<ConnectionOptions> {
  const [caText, certText, keyText, authenticator] = await Promise.all([
    readSecret('H2G_NATS_CA', ca),
    readSecret('H2G_NATS_CERT', cert),
    readSecret('H2G_NATS_KEY', key),
    creds === undefined ? undefined : credsFile(creds),
  ]);
  const tls = {
    ...(caText && { ca: caText.toString() }),
    ...(certText && { cert: certText.toString() }),
    ...(keyText && { key: keyText.toString() }),
  };
  return {
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(authenticator && { authenticator }),
  };
}

/** Connects, trying until it can or `patienceMs` is over. @throws H2gError `queue-unreachable`, naming the address; the signal's reason */
export async function connectNats(options: NatsOptions): Promise<NatsLink> {
  const { signal, patienceMs = PATIENCE_MS } = options;
  const started = performance.now();
  const connection = await optionsOf(options);
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await linkOf(await connect(connection), options);
    } catch (thrown) {
      const denied = thrown instanceof NatsError && DENIED.has(thrown.code);
      if (denied || performance.now() - started > patienceMs) throw unreachable(options, thrown, denied);
      await pause(backOffMs(), signal);
    }
  }
}

async function linkOf(nc: NatsConnection, options: NatsOptions): Promise<NatsLink> {
  try {
    const jsm = await nc.jetstreamManager({ timeout: REQUEST_TIMEOUT_MS });
    void logStatus(nc, options.log);
    return {
      nc,
      jsm,
      js: nc.jetstream({ timeout: REQUEST_TIMEOUT_MS }),
      inbox: () => createInbox(inboxPrefix(options.role)),
      close: () => closeQuietly(nc),
    };
  } catch (thrown) {
    await nc.close();
    throw thrown;
  }
}

/** A drain waits for the server; where that is away there is nothing left to send. */
async function closeQuietly(nc: NatsConnection): Promise<void> {
  if (nc.isClosed()) return;
  const flushed = nc.flush().catch(() => undefined);
  await Promise.race([flushed, pause(REQUEST_TIMEOUT_MS)]);
  await nc.close();
}

async function logStatus(nc: NatsConnection, log: Log): Promise<void> {
  for await (const { type, data } of nc.status()) {
    if (type === 'disconnect') log.warn({ server: data }, 'Nats:Disconnected');
    if (type === 'reconnect') log.info({ server: data }, 'Nats:Reconnected');
    if (type === 'error') log.error({ server: nc.getServer(), fault: data }, 'Nats:Failed');
  }
}

const LOGIN_IN_URL = 'Put name and password into H2G_NATS_URL (nats://name:password@host:4222)';
const LOGIN_IN_FILE = 'Put valid credentials of this site into the file of H2G_NATS_CREDS';

const TRUST_OF_NATS = 'H2G_NATS_CA=ca.crt (in the chart: ca.crt in servers.nats.tlsSecret, or else caBundle)';

function unreachable({ url, files }: NatsPlace, thrown: unknown, denied: boolean): H2gError {
  const certificate = certificateFault(thrown, TRUST_OF_NATS);
  if (certificate)
    return new H2gError(
      {
        code: 'queue-unreachable',
        message: `NATS at ${withoutUrlSecrets(url)} ${certificate.what}.`,
        hint: certificate.hint,
      },
      { cause: thrown },
    );
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new H2gError(
    {
      code: 'queue-unreachable',
      message: `NATS at ${withoutUrlSecrets(url)} ${denied ? 'refuses the login' : 'cannot be reached'}: ${said}.`,
      hint: denied
        ? `${files?.creds === undefined ? LOGIN_IN_URL : LOGIN_IN_FILE}, and see that they may use JetStream.`
        : 'Look whether nats-server runs with JetStream enabled (nats-server --jetstream) and whether H2G_NATS_URL is its address.',
    },
    { cause: thrown },
  );
}
