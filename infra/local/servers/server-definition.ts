export const SERVER_NAMES = ['temporal', 'nats', 'minio', 'versitygw'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];
export type Ports = Readonly<Record<string, number>>;

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Where one server runs: its own folder, its loopback ports by name, and the keys of a store. */
export interface ServerPlace {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly credentials: Credentials;
}

interface Launch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
}

/** What the project publishes: an archive and, beside it, the checksum file that lists it. */
export interface Release {
  /** `owner/repository` on the release host. */
  readonly repository: string;
  readonly tag: string;
  readonly archive: (platform: Platform) => string;
  readonly checksumFile: string;
}

/** How `go` makes the binary; `replaces` says that its go.mod has replace directives, so a module of our own must ask for it. */
export interface GoSource {
  readonly module: string;
  readonly packagePath: string;
  readonly version: string;
  readonly replaces: boolean;
}

/** Everything that is particular to one server, as data and pure functions. */
export interface ServerDefinition {
  readonly name: ServerName;
  /** The pinned version; it names the cache folder, the release and the compose image. */
  readonly version: string;
  readonly fileName: string;
  /** The environment variable that may hold a path to the binary. */
  readonly pathVariable: string;
  readonly versionArgs: readonly string[];
  /** The version in what the binary prints of itself; undefined where it does not say. */
  readonly parseVersion: (printed: string) => string | undefined;
  /** A binary found on PATH is used only from this version on, within the same major version. */
  readonly oldestVersion: string;
  readonly release: Release | undefined;
  readonly go: GoSource;
  readonly portNames: readonly string[];
  readonly launch: (place: ServerPlace) => Launch;
  /** True once every request will be served; false, or a thrown network error, while it is still starting. */
  readonly isReady: (ports: Ports, signal: AbortSignal) => Promise<boolean>;
  /** True where it answers, and yet refuses some requests until it is started again. Left out where no such state is known. */
  readonly isStuck?: (ports: Ports, signal: AbortSignal) => Promise<boolean>;
}

/** @throws Error for a port name that the definition does not list: a slip in the definition itself. */
export function portOf(ports: Ports, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`no port named ${name} among ${Object.keys(ports).join(', ')}`);
  return port;
}
