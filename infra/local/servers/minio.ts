import { isS3Ready } from './s3-readiness.ts';
import { portOf, type ServerDefinition, type ServerPlace } from './server-definition.ts';

/** The Go pseudo-version of RELEASE.2026-02-12: upstream ships source only, neither binaries nor images. */
const VERSION = '0.0.0-20260212201848-7aac2a2c5b7c';

const launch = ({ dataDir, ports, credentials }: ServerPlace) => ({
  args: ['server', '--quiet', '--address', `127.0.0.1:${portOf(ports, 's3')}`, dataDir],
  env: {
    MINIO_ROOT_USER: credentials.accessKey,
    MINIO_ROOT_PASSWORD: credentials.secretKey,
    // No web console, no look at the internet for updates, no telemetry.
    MINIO_BROWSER: 'off',
    MINIO_UPDATE: 'off',
    MINIO_CALLHOME_ENABLE: 'off',
  },
});

export const MINIO: ServerDefinition = {
  name: 'minio',
  version: VERSION,
  fileName: 'minio',
  pathVariable: 'H2G_MINIO_BIN',
  versionArgs: ['--version'],
  // Releases have dates: RELEASE.2025-04-22T22-12-26Z is read as 0.20250422.0
  parseVersion: (printed) => {
    const [, year, month, day] = /RELEASE\.(\d{4})-(\d{2})-(\d{2})T/.exec(printed) ?? [];
    return year && `0.${year}${month}${day}.0`;
  },
  oldestVersion: '0.20240101.0',
  release: undefined,
  go: {
    module: 'github.com/minio/minio',
    packagePath: 'github.com/minio/minio',
    version: `v${VERSION}`,
    replaces: false,
  },
  portNames: ['s3'],
  launch,
  isReady: isS3Ready,
};
