import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServerName } from '../../../infra/local/servers/server-definition.ts';
import { SERVERS } from '../../../infra/local/servers/servers.ts';

const compose = readFileSync(join(import.meta.dirname, '../../../infra/compose.yaml'), 'utf8');
const images = [...compose.matchAll(/^\s+image: (\S+)$/gm)].map(([, image]) => image);

/** Flags that cannot be the same inside a container: addresses, ports and folders. */
const PLACE =
  /^(server|start-dev|posix|--ip=|--addr=|--port=|--http-port=|--http_port=|--ui-port=|--db-filename=|--store_dir=|--config=|\/)/;

describe('infra/compose.yaml', () => {
  it('has the pinned versions and no other images', () => {
    const { temporal, nats, versitygw } = SERVERS;
    expect(images).toEqual([
      `temporalio/temporal:${temporal.version}`,
      `nats:${nats.version}`,
      `versity/versitygw:v${versitygw.version}`,
    ]);
  });

  it.each<ServerName>(['temporal', 'nats', 'versitygw'])('starts %s with the flags of the local stack', (name) => {
    const ports = { grpc: 1, http: 2, ui: 3, client: 4, monitor: 5, s3: 6 };
    const { args } = SERVERS[name].launch({ dataDir: '/data', ports, credentials: { accessKey: 'a', secretKey: 'b' } });
    for (const flag of args.filter((arg) => !PLACE.test(arg))) expect(compose).toContain(flag);
    expect(args.filter((arg) => !PLACE.test(arg)).length).toBeGreaterThan(0);
  });

  it('gives nats-server the configuration of the local stack', () => {
    expect(compose).toContain('./local/servers/nats.conf:/etc/h2g-nats.conf:ro');
    expect(compose).toContain('--config=/etc/h2g-nats.conf');
  });

  it('listens on the loopback interface only', () => {
    const published = [...compose.matchAll(/'([\d.:]+:\d+)'/g)].map(([, port]) => port);
    expect(published.length).toBe(5);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});
