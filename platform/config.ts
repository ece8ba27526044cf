import { z } from 'zod';
import { H2gError } from '../domain/error.ts';
import { PROVIDERS, type Provider } from '../domain/provider.ts';
import { isSubmitter, SUBMITTER_RULE } from '../domain/submitter.ts';

/** Read by whoever owns the process and passed in: nothing in `platform/` looks at the environment itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
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
  /** One URL, or several of one cluster with commas between. */
  readonly natsUrl: string;
  readonly natsFiles?: NatsFiles | undefined;
  readonly s3: S3Settings;
}

export interface Config {
  /** Undefined: nothing is configured, and the local stack is used. */
  readonly servers: ServerSettings | undefined;
  /** Copies of each stream in a NATS cluster. */
  readonly natsReplicas: number;
  /** Execution providers, tried in this order. */
  readonly providers: readonly Provider[];
  /** URLs or folders of the bundles a detector serves. */
  readonly bundles: readonly string[];
  /** Inference threads of a detector; undefined lets it choose by what the machine has. */
  readonly detectorThreads: number | undefined;
  /** Runs of a lane that an orchestrator has in detection at once. */
  readonly detectingRuns: number;
  /** How long inference of one batch may take before its thread is given up. */
  readonly batchSeconds: number;
  /** Whether workers may read slides by `file:` URL; only right where all of them see the same disk. */
  readonly allowFileSlides: boolean;
  /** A slide's URL must begin with one of these; empty allows any. */
  readonly slidePrefixes: readonly string[];
  /** The site's bundle for `h2g run`, a folder or `s3:` URL; undefined takes the one that comes with the program. */
  readonly bundle: string | undefined;
  /** Whose slides this command brings, where it does not say so itself. */
  readonly submitter: string | undefined;
  /** Where a worker answers probes and shows its metrics, `host:port`; undefined: nowhere. */
  readonly httpAddress: string | undefined;
  readonly logLevel: LogLevel;
  /** Folders of the local stack; undefined takes the usual place. */
  readonly home: string | undefined;
  readonly cache: string | undefined;
}

/** Settings for a process that cannot work without the servers, such as a worker of the production kind. */
export interface RemoteConfig extends Config {
  readonly servers: ServerSettings;
}

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const Text = z.string().optional();
const List = z.string().default('').transform(splitList);

const httpUrl = 'must be an http:// or https:// URL, for example http://127.0.0.1:9000';
const natsUrl = 'must be one or more nats:// or tls:// URLs, for example nats://127.0.0.1:4222';
const hostPort = 'must be host:port, for example 127.0.0.1:7233';
const upToADay = 'must be a whole number of seconds from 1 to 86400';
const upTo5 = 'must be a whole number from 1 to 5';
const upTo256 = 'must be a whole number from 1 to 256';

const Flag = z.enum(['true', 'false', '1', '0', 'yes', 'no'], { error: 'must be true or false' });
const isYes = (text: string): boolean => ['true', '1', 'yes'].includes(text);
const HostPort = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, hostPort);

const NATS_URL = /^(nats|tls):\/\/[^\s,]+$/;

const UpTo256 = z.string().regex(/^\d+$/, upTo256).transform(Number).pipe(z.number().min(1, upTo256).max(256, upTo256));

const Variables = z.object({
  H2G_TEMPORAL_ADDRESS: HostPort.optional(),
  H2G_TEMPORAL_NAMESPACE: z.string().default('default'),
  H2G_TEMPORAL_TLS: Flag.default('false').transform(isYes),
  H2G_TEMPORAL_CA: Text,
  H2G_TEMPORAL_CERT: Text,
  H2G_TEMPORAL_KEY: Text,
  H2G_TEMPORAL_API_KEY: Text,
  H2G_NATS_URL: z
    .string()
    .refine((text) => splitList(text).every((url) => NATS_URL.test(url)) && splitList(text).length > 0, natsUrl)
    .optional(),
  H2G_NATS_REPLICAS: z
    .string()
    .regex(/^[1-5]$/, upTo5)
    .default('1')
    .transform(Number),
  H2G_NATS_CA: Text,
  H2G_NATS_CERT: Text,
  H2G_NATS_KEY: Text,
  H2G_NATS_CREDS: Text,
  H2G_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: httpUrl }).optional(),
  H2G_S3_REGION: z.string().default('us-east-1'),
  H2G_S3_BUCKET: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'must be a bucket name: 3 to 63 lower-case letters, digits, dots, hyphens',
    )
    .default('h2g'),
  H2G_S3_ACCESS_KEY: Text,
  H2G_S3_SECRET_KEY: Text,
  AWS_ACCESS_KEY_ID: Text,
  AWS_SECRET_ACCESS_KEY: Text,
  H2G_PROVIDERS: z
    .string()
    .default('cpu')
    .transform(splitList)
    .pipe(z.array(z.enum(PROVIDERS, { error: `must be a list of ${PROVIDERS.join(', ')}` })).min(1)),
  H2G_BUNDLES: List,
  H2G_DETECTOR_THREADS: UpTo256.optional(),
  H2G_BATCH_SECONDS: z
    .string()
    .regex(/^\d+$/, upToADay)
    .default('300')
    .transform(Number)
    .pipe(z.number().min(1, upToADay).max(86_400, upToADay)),
  H2G_DETECTING_RUNS: UpTo256.optional().default(16),
  H2G_ALLOW_FILE_SLIDES: Flag.default('false').transform(isYes),
  H2G_SLIDE_PREFIXES: List,
  H2G_BUNDLE: Text,
  H2G_SUBMITTER: z.string().refine(isSubmitter, `must be ${SUBMITTER_RULE}`).optional(),
  H2G_HTTP_ADDRESS: HostPort.optional(),
  H2G_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  H2G_HOME: Text,
  H2G_CACHE: Text,
});
type Variables = z.infer<typeof Variables>;

/** Compose files and charts hand on empty strings for what is not set. */
const withoutEmpty = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );

const SECRET = /KEY/;

function parseVariables(env: Environment): Variables {
  const given = withoutEmpty(env);
  const parsed = Variables.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = new Map(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const value = SECRET.test(name) ? '(hidden)' : `"${given[name] ?? ''}"`;
      return [name, `${name} ${message}, not ${value}`];
    }),
  );
  throw new H2gError({
    code: 'usage',
    message: `The configuration is wrong: ${[...problems.values()].join('; ')}.`,
    hint: 'Correct the environment variables named here, or unset them to take the defaults.',
  });
}

/** What a site must name; keys alone say nothing, since a laptop may well have `AWS_*` set for other things. */
const ADDRESSES = ['H2G_TEMPORAL_ADDRESS', 'H2G_NATS_URL', 'H2G_S3_ENDPOINT'] as const;

/** Whether the environment speaks of remote servers at all; `loadConfig` checks that it speaks of all of them. */
export function isConfigured(env: Environment): boolean {
  const given = withoutEmpty(env);
  return ADDRESSES.some((name) => given[name] !== undefined);
}

function serversOf(variables: Variables): ServerSettings | undefined {
  if (ADDRESSES.every((name) => variables[name] === undefined)) return undefined;
  const found = {
    H2G_TEMPORAL_ADDRESS: variables.H2G_TEMPORAL_ADDRESS,
    H2G_NATS_URL: variables.H2G_NATS_URL,
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
    natsUrl: need('H2G_NATS_URL'),
    ...natsLine(variables),
    s3: {
      endpoint: need('H2G_S3_ENDPOINT'),
      region: variables.H2G_S3_REGION,
      bucket: variables.H2G_S3_BUCKET,
      accessKey: need('H2G_S3_ACCESS_KEY'),
      secretKey: need('H2G_S3_SECRET_KEY'),
    },
  });
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

function refusePartial(missing: readonly string[]): never {
  throw new H2gError({
    code: 'usage',
    message: `Only a part of the servers is configured: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    hint: 'Set Temporal, NATS and S3 together, or none of them to use the local servers.',
  });
}

/** The settings of a process, read once and frozen. @throws H2gError `usage`, naming every variable that is wrong or missing */
export function loadConfig(env: Environment): Config {
  const variables = parseVariables(env);
  return Object.freeze({
    servers: serversOf(variables),
    natsReplicas: variables.H2G_NATS_REPLICAS,
    providers: variables.H2G_PROVIDERS,
    bundles: variables.H2G_BUNDLES,
    detectorThreads: variables.H2G_DETECTOR_THREADS,
    batchSeconds: variables.H2G_BATCH_SECONDS,
    detectingRuns: variables.H2G_DETECTING_RUNS,
    allowFileSlides: variables.H2G_ALLOW_FILE_SLIDES,
    slidePrefixes: variables.H2G_SLIDE_PREFIXES,
    bundle: variables.H2G_BUNDLE,
    submitter: variables.H2G_SUBMITTER,
    httpAddress: variables.H2G_HTTP_ADDRESS,
    logLevel: variables.H2G_LOG_LEVEL,
    home: variables.H2G_HOME,
    cache: variables.H2G_CACHE,
  });
}

/** As `loadConfig`, for a process that needs the servers. @throws H2gError `usage` where none is configured */
export function loadRemoteConfig(env: Environment): RemoteConfig {
  const config = loadConfig(env);
  if (config.servers === undefined) refusePartial([...ADDRESSES, 'H2G_S3_ACCESS_KEY', 'H2G_S3_SECRET_KEY']);
  return { ...config, servers: config.servers };
}
