import { join } from 'node:path';
import { LANE_ATTRIBUTE } from '../../../domain/segment-slide.ts';
import { portOf, type Ports, type ServerDefinition, type ServerPlace } from './server-definition.ts';

const VERSION = '1.5.1';

/** Speed and priorities; what each is worth was measured (docs/decisions/0004-local-servers.md). They must be there from the first start on. */
const DYNAMIC_CONFIG: Readonly<Record<string, string>> = {
  'history.transferProcessorMaxPollRPS': '2000',
  'history.timerProcessorMaxPollRPS': '2000',
  'system.enableActivityEagerExecution': 'true',
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  // Of several partitions a worker polls one at random, and who is next is decided in each alone.
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

const launch = ({ dataDir, ports }: ServerPlace) => ({
  args: [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    '--log-level=warn',
    `--port=${portOf(ports, 'grpc')}`,
    `--http-port=${portOf(ports, 'http')}`,
    `--ui-port=${portOf(ports, 'ui')}`,
    `--db-filename=${join(dataDir, 'temporal.sqlite')}`,
    `--search-attribute=${LANE_ATTRIBUTE}=Keyword`,
    ...Object.entries(DYNAMIC_CONFIG).map(([key, value]) => `--dynamic-config-value=${key}=${value}`),
  ],
  // The server would tell its maker's web service which version runs here.
  env: { TEMPORAL_VERSION_CHECK_DISABLED: '1' },
});

/** The namespace and our search attribute are the last things made at a first start. */
async function isReady(ports: Ports, signal: AbortSignal): Promise<boolean> {
  const base = `http://127.0.0.1:${portOf(ports, 'http')}`;
  const namespace = await fetch(`${base}/api/v1/namespaces/default`, { signal });
  const attributes = await fetch(`${base}/cluster/namespaces/default/search-attributes`, { signal });
  return namespace.ok && attributes.ok && (await attributes.text()).includes(LANE_ATTRIBUTE);
}

/** Temporal's dev server: SQLite in one file, web page included. */
export const TEMPORAL: ServerDefinition = {
  name: 'temporal',
  version: VERSION,
  fileName: 'temporal',
  pathVariable: 'H2G_TEMPORAL_BIN',
  versionArgs: ['--version'],
  parseVersion: (printed) => /^temporal version (\d+\.\d+\.\d+)(?=\s)/.exec(printed)?.[1],
  oldestVersion: '1.5.0',
  release: {
    repository: 'temporalio/cli',
    tag: `v${VERSION}`,
    archive: ({ os, arch }) => `temporal_cli_${VERSION}_${os}_${arch}.tar.gz`,
    checksumFile: 'checksums.txt',
  },
  go: {
    module: 'github.com/temporalio/cli',
    packagePath: 'github.com/temporalio/cli/cmd/temporal',
    version: `v${VERSION}`,
    replaces: true,
  },
  portNames: ['grpc', 'http', 'ui'],
  launch,
  isReady,
};
