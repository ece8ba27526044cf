import { describe, expect, it } from 'vitest';
import { planGoBuild } from '../../../infra/local/provision/build-with-go.ts';
import { digestOf } from '../../../infra/local/provision/download-release.ts';
import { isVersionUsable } from '../../../infra/local/provision/find-binary.ts';
import type { Platform, ServerName } from '../../../infra/local/servers/server-definition.ts';
import { SERVERS } from '../../../infra/local/servers/servers.ts';

/** What the real binaries print, official builds and those made by `go install`. */
const PRINTED: readonly [ServerName, string, string | undefined][] = [
  ['temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)\n', '1.5.1'],
  ['temporal', 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)\n', undefined],
  ['nats', 'nats-server: v2.15.2\n', '2.15.2'],
  ['nats', 'nats-server: v2.16.0-beta.1\n', undefined],
  ['minio', 'minio version RELEASE.2025-04-22T22-12-26Z (commit-id=abc)\n', '0.20250422.0'],
  ['minio', 'minio version DEVELOPMENT.GOGET (commit-id=DEVELOPMENT.GOGET)\n', undefined],
  ['versitygw', 'Version  : 1.8.0\nBuild    : abc\n', '1.8.0'],
  ['versitygw', 'Version  : git\nBuild    : norev\n', undefined],
];

describe('what a binary says of itself', () => {
  it.each(PRINTED)('%s: %j is %s', (name, printed, version) => {
    expect(SERVERS[name].parseVersion(printed)).toBe(version);
  });
});

describe('a usable version', () => {
  it.each([
    ['1.5.0', '1.5.0', true],
    ['1.5.1', '1.5.0', true],
    ['1.10.0', '1.5.0', true],
    ['1.4.9', '1.5.0', false],
    ['2.0.0', '1.5.0', false],
    ['0.9.9', '1.5.0', false],
  ])('%s where %s is the oldest: %s', (version, oldestVersion, usable) => {
    expect(isVersionUsable(version, { oldestVersion })).toBe(usable);
  });

  it('lets MinIO’s years go by', () => {
    expect(isVersionUsable('0.20250422.0', SERVERS.minio)).toBe(true);
    expect(isVersionUsable('0.20231231.0', SERVERS.minio)).toBe(false);
  });
});

describe('the names of the release pages', () => {
  const linux: Platform = { os: 'linux', arch: 'amd64' };
  const mac: Platform = { os: 'darwin', arch: 'arm64' };

  it.each<[ServerName, Platform, string]>([
    ['temporal', linux, 'temporal_cli_1.5.1_linux_amd64.tar.gz'],
    ['temporal', mac, 'temporal_cli_1.5.1_darwin_arm64.tar.gz'],
    ['nats', linux, 'nats-server-v2.15.2-linux-amd64.tar.gz'],
    ['versitygw', linux, 'versitygw_v1.8.0_Linux_x86_64.tar.gz'],
    ['versitygw', mac, 'versitygw_v1.8.0_Darwin_arm64.tar.gz'],
  ])('%s for %o is %s', (name, platform, archive) => {
    expect(SERVERS[name].release?.archive(platform)).toBe(archive);
  });
});

describe('a checksum file', () => {
  const digest = 'AB'.repeat(32);

  it.each([
    [`${digest}  a.tar.gz\n`, digest.toLowerCase()],
    [`${digest} *a.tar.gz\r\n`, digest.toLowerCase()],
    [`${digest}  b-a.tar.gz\n${digest}  a.tar.gz.sig`, undefined],
    ['abc  a.tar.gz', undefined],
    ['<html>a.tar.gz</html>', undefined],
  ])('%j gives %s', (text, expected) => {
    expect(digestOf('a.tar.gz', text)).toBe(expected);
  });
});

describe('building with Go', () => {
  it('installs by version, but asks for a module with replace directives by a module of our own', () => {
    expect(planGoBuild(SERVERS.nats.go, '/x/nats-server')).toEqual({
      files: {},
      commands: [['install', '-v', 'github.com/nats-io/nats-server/v2@v2.15.2']],
    });
    const temporal = planGoBuild(SERVERS.temporal.go, '/x/temporal');
    expect(Object.keys(temporal.files)).toEqual(['go.mod']);
    expect(temporal.commands).toEqual([
      ['get', '-tool', 'github.com/temporalio/cli/cmd/temporal@v1.5.1'],
      ['build', '-v', '-o', '/x/temporal', 'github.com/temporalio/cli/cmd/temporal'],
    ]);
  });
});
