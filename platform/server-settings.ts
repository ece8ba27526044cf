import { H2gError } from '../domain/error.ts';
import { withoutEmpty, type Environment, type Variables } from './config-variables.ts';

export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary keys, which end with it: nothing here renews them. */
  readonly sessionToken?: string | undefined;
}

/** Paths of PEM files. */
export interface TlsFiles {
  /** Of who signed the server's certificate, where the system does not know it. */
  readonly ca: string | undefined;
  /** This side's, where the server asks for one; always with its key. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export interface TemporalSettings {
  readonly address: string;
  readonly namespace: string;
  /** Undefined: the line is not encrypted. */
  readonly tls?: TlsFiles | undefined;
  readonly apiKey?: string | undefined;
}

/** How a broker is convinced, beyond what its URL says. */
export interface NatsFiles extends TlsFiles {
  /** A credentials file (JWT and seed), as `nsc` makes it. */
  readonly creds: string | undefined;
}

/** Where the servers of a production site are. */
export interface ServerSettings {
  readonly temporal: TemporalSettings;
  /** One URL, or several of one cluster with commas between. Commands do without the broker, so they need not know where it is. */
  readonly natsUrl?: string | undefined;
  readonly natsFiles?: NatsFiles | undefined;
  readonly s3: S3Settings;
}
/** The same for who speaks to the broker. */
export interface RemoteServers extends ServerSettings {
  readonly natsUrl: string;
}
/** What a site must name; keys alone say nothing, since a laptop may well have `AWS_*` set for other things. */
export const ADDRESSES = ['H2G_TEMPORAL_ADDRESS', 'H2G_NATS_URL', 'H2G_S3_ENDPOINT'] as const;

/** Whether the environment speaks of remote servers at all; `loadConfig` checks that it speaks of all of them. */
export function isConfigured(env: Environment): boolean {
  const given = withoutEmpty(env);
  return ADDRESSES.some((name) => given[name] !== undefined);
}

/** @throws H2gError `usage` where only a part is named, or half of a pair */
export function serversOf(variables: Variables): ServerSettings | undefined {
  if (ADDRESSES.every((name) => variables[name] === undefined)) return undefined;
  const found = {
    H2G_TEMPORAL_ADDRESS: variables.H2G_TEMPORAL_ADDRESS,
    H2G_S3_ENDPOINT: variables.H2G_S3_ENDPOINT,
    H2G_S3_ACCESS_KEY: variables.H2G_S3_ACCESS_KEY ?? variables.AWS_ACCESS_KEY_ID,
    H2G_S3_SECRET_KEY: variables.H2G_S3_SECRET_KEY ?? variables.AWS_SECRET_ACCESS_KEY,
  };
  const missing = Object.entries(found).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const need = (name: keyof typeof found): string => found[name] ?? refusePartial(missing);
  return Object.freeze({
    temporal: {
      address: need('H2G_TEMPORAL_ADDRESS'),
      namespace: variables.H2G_TEMPORAL_NAMESPACE,
      ...temporalLine(variables),
    },
    natsUrl: variables.H2G_NATS_URL,
    ...natsLine(variables),
    s3: {
      endpoint: need('H2G_S3_ENDPOINT'),
      region: variables.H2G_S3_REGION,
      bucket: variables.H2G_S3_BUCKET,
      accessKey: need('H2G_S3_ACCESS_KEY'),
      secretKey: need('H2G_S3_SECRET_KEY'),
      ...sessionOf(variables),
    },
  });
}

/** A token belongs to the keys that came with it. */
function sessionOf(variables: Variables): Pick<S3Settings, 'sessionToken'> {
  const isOwn = variables.H2G_S3_ACCESS_KEY !== undefined;
  const sessionToken = isOwn ? variables.H2G_S3_SESSION_TOKEN : variables.AWS_SESSION_TOKEN;
  return sessionToken === undefined ? {} : { sessionToken };
}

function temporalLine(variables: Variables): Pick<TemporalSettings, 'tls' | 'apiKey'> {
  const files = {
    ca: variables.H2G_TEMPORAL_CA,
    cert: variables.H2G_TEMPORAL_CERT,
    key: variables.H2G_TEMPORAL_KEY,
  };
  refuseHalfPair('H2G_TEMPORAL', files);
  const apiKey = variables.H2G_TEMPORAL_API_KEY;
  // A key is never sent in the clear.
  const isSecure = variables.H2G_TEMPORAL_TLS || apiKey !== undefined || Object.values(files).some(isSet);
  return isSecure ? { tls: files, ...(isSet(apiKey) && { apiKey }) } : {};
}

function natsLine(variables: Variables): Pick<ServerSettings, 'natsFiles'> {
  const files = {
    ca: variables.H2G_NATS_CA,
    cert: variables.H2G_NATS_CERT,
    key: variables.H2G_NATS_KEY,
    creds: variables.H2G_NATS_CREDS,
  };
  refuseHalfPair('H2G_NATS', files);
  return Object.values(files).some(isSet) ? { natsFiles: files } : {};
}

const isSet = (text: string | undefined): text is string => text !== undefined;

function refuseHalfPair(prefix: string, { cert, key }: TlsFiles): void {
  if (isSet(cert) === isSet(key)) return;
  throw new H2gError({
    code: 'usage',
    message: `${prefix}_CERT and ${prefix}_KEY belong together, and only ${isSet(cert) ? 'the first' : 'the second'} is set.`,
    hint: 'Set both to the PEM files of this side, or neither.',
  });
}

export function refusePartial(missing: readonly string[]): never {
  throw new H2gError({
    code: 'usage',
    message: `Only a part of the servers is configured: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    hint: 'Set Temporal and S3 together, for workers and h2g setup NATS too, or none of them to use the local servers.',
  });
}
