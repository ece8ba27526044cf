import type { Provider } from '../domain/provider.ts';
import { parseVariables, type Environment, type LogLevel } from './config-variables.ts';
import { ADDRESSES, refusePartial, serversOf, type RemoteServers, type ServerSettings } from './server-settings.ts';

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
  /** How long a detector that is asked to stop waits for the batches in work. */
  readonly drainSeconds: number;
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
  readonly servers: RemoteServers;
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
    drainSeconds: variables.H2G_DRAIN_SECONDS,
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

/** As `loadConfig`, for a process that needs all servers. @throws H2gError `usage` where one is not configured */
export function loadRemoteConfig(env: Environment): RemoteConfig {
  const config = loadConfig(env);
  if (config.servers === undefined) refusePartial([...ADDRESSES, 'H2G_S3_ACCESS_KEY', 'H2G_S3_SECRET_KEY']);
  const { natsUrl = refusePartial(['H2G_NATS_URL']) } = config.servers;
  return { ...config, servers: { ...config.servers, natsUrl } };
}
