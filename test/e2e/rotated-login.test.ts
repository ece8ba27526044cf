import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NATS } from '../../infra/local/servers/nats.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { openSite, type Site } from './site.ts';

const USER = 'pathology';
let folder: string;
let site: Site;
let password = 'old';

const writeLogin = (): Promise<void> =>
  writeFile(join(folder, 'nats.conf'), `authorization { user: ${USER}, password: "${password}" }\n`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h2g-login-'));
  await writeLogin();
  const launch: typeof NATS.launch = (place) => {
    const { args, env } = NATS.launch(place);
    return { args: [...args, `--config=${join(folder, 'nats.conf')}`], env };
  };
  site = await openSite((dir) => writeSlowBundle(dir), {
    nats: { ...NATS, launch },
    envOf: async (_, { natsUrl }) => ({ H2G_NATS_URL: natsUrl.replace('://', `://${USER}:${password}@`) }),
  });
});
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

it('workers whose login is no longer taken end with an error, so that they are started with the new one', async () => {
  const workers = await Promise.all([site.start('orchestrator'), site.start('detector')]);
  password = 'new';
  await writeLogin();
  // nats-server reads its configuration again.
  process.kill(site.brokerPid, 'SIGHUP');
  const ends = await Promise.all(workers.map(({ exited }) => exited));
  for (const { code, signal } of ends) {
    expect(signal).toBeNull();
    expect(code).toBeGreaterThan(0);
  }
  for (const worker of workers)
    expect(await worker.text()).toMatch(/NATS does not let us (take batches|stay connected)/);
  await Promise.all([site.start('orchestrator'), site.start('detector')]);
});
