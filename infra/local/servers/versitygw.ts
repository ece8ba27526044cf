import { isS3Ready } from './s3-readiness.ts';
import { portOf, type Platform, type ServerDefinition, type ServerPlace } from './server-definition.ts';

const VERSION = '1.8.0';

const ARCHIVE_OS: Record<Platform['os'], string> = { linux: 'Linux', darwin: 'Darwin', windows: 'Windows' };
const ARCHIVE_ARCH: Record<Platform['arch'], string> = { amd64: 'x86_64', arm64: 'arm64' };

const launch = ({ dataDir, ports, credentials }: ServerPlace) => ({
  // Its region is what clients must sign for; without keep-alive every request opens a connection.
  args: [`--port=127.0.0.1:${portOf(ports, 's3')}`, '--region=us-east-1', '--keep-alive', '--quiet', 'posix', dataDir],
  env: { ROOT_ACCESS_KEY: credentials.accessKey, ROOT_SECRET_KEY: credentials.secretKey },
});

/** An S3 door to a plain folder; the local store where there is no Go to build MinIO. */
export const VERSITYGW: ServerDefinition = {
  name: 'versitygw',
  version: VERSION,
  fileName: 'versitygw',
  pathVariable: 'H2G_VERSITYGW_BIN',
  versionArgs: ['--version'],
  parseVersion: (printed) => /Version\s*:\s*v?(\d+\.\d+\.\d+)\s/.exec(printed)?.[1],
  oldestVersion: '1.5.0',
  release: {
    repository: 'versity/versitygw',
    tag: `v${VERSION}`,
    archive: ({ os, arch }) => `versitygw_v${VERSION}_${ARCHIVE_OS[os]}_${ARCHIVE_ARCH[arch]}.tar.gz`,
    checksumFile: 'checksums.txt',
  },
  go: {
    module: 'github.com/versity/versitygw',
    packagePath: 'github.com/versity/versitygw/cmd/versitygw',
    version: `v${VERSION}`,
    replaces: false,
  },
  portNames: ['s3'],
  launch,
  isReady: isS3Ready,
};
