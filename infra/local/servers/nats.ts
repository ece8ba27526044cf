import { fileURLToPath } from 'node:url';
import { refusesPurge } from './refuses-purge.ts';
import { portOf, type Ports, type ServerDefinition, type ServerPlace } from './server-definition.ts';

const VERSION = '2.15.2';

const CONFIG = fileURLToPath(new URL('nats.conf', import.meta.url));

const launch = ({ dataDir, ports }: ServerPlace) => ({
  args: [
    `--config=${CONFIG}`,
    '--addr=127.0.0.1',
    `--port=${portOf(ports, 'client')}`,
    `--http_port=${portOf(ports, 'monitor')}`,
    '--jetstream',
    `--store_dir=${dataDir}`,
  ],
  env: {},
});

/** `/healthz` is ok only when every stream and consumer on disk has been read back. */
async function isReady(ports: Ports, signal: AbortSignal): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${portOf(ports, 'monitor')}/healthz`, { signal })).ok;
}

/**
 * A server that stands alone does not get over a write that failed (a full disk) until it is started again. `/healthz` tells of it after a failed
 * publish; after a failed purge it is ok, or never comes.
 */
const isStuck = async (ports: Ports, signal: AbortSignal): Promise<boolean> =>
  (await refusesPurge(`127.0.0.1:${portOf(ports, 'client')}`)) || !(await isReady(ports, signal));

export const NATS: ServerDefinition = {
  name: 'nats',
  version: VERSION,
  fileName: 'nats-server',
  pathVariable: 'H2G_NATS_BIN',
  versionArgs: ['--version'],
  parseVersion: (printed) => /^nats-server: v(\d+\.\d+\.\d+)\s*$/.exec(printed)?.[1],
  oldestVersion: '2.12.0',
  release: {
    repository: 'nats-io/nats-server',
    tag: `v${VERSION}`,
    archive: ({ os, arch }) => `nats-server-v${VERSION}-${os}-${arch}.tar.gz`,
    checksumFile: 'SHA256SUMS',
  },
  go: {
    module: 'github.com/nats-io/nats-server/v2',
    packagePath: 'github.com/nats-io/nats-server/v2',
    version: `v${VERSION}`,
    replaces: false,
  },
  portNames: ['client', 'monitor'],
  launch,
  isReady,
  isStuck,
};
