import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { defaultCacheDir } from '../../../infra/local/default-folders.ts';
import { provisionServer } from '../../../infra/local/provision/provision-server.ts';
import { portOf, type Ports } from '../../../infra/local/servers/server-definition.ts';
import { TEMPORAL } from '../../../infra/local/servers/temporal.ts';
import { startServer, type RunningServer } from '../../../infra/local/start-server.ts';
import { connectTemporal } from '../../../platform/temporal/connect-temporal.ts';

const KILLS = 5;
const STARTERS = 4;

let folder: string;
let binary: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'h2g-temporal-killed-'));
  binary = await provisionServer('temporal', {
    cacheDir: defaultCacheDir(process.env),
    env: process.env,
    onProgress: () => {},
  });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** On the same ports each time, so that clients come back by themselves. */
const startAgain = (ports?: Ports): Promise<RunningServer> =>
  startServer(TEMPORAL, {
    binary,
    dataDir: join(folder, 'data'),
    logFile: join(folder, 'server.log'),
    ...(ports === undefined ? {} : { ports }),
  });

it('has after SIGKILL every run that it has acknowledged', { timeout: 120_000 }, async () => {
  let server = await startAgain();
  const link = await connectTemporal({ address: `127.0.0.1:${portOf(server.ports, 'grpc')}`, namespace: 'default' });
  const acknowledged: string[] = [];
  let over = false;
  const startRuns = async (starter: number): Promise<void> => {
    for (let i = 0; !over; i++) {
      const workflowId = `${starter}-${i}`;
      await link.client.workflow.start('never', { workflowId, taskQueue: 'nobody' });
      acknowledged.push(workflowId);
    }
  };
  const starting = Promise.all(Array.from({ length: STARTERS }, (_, starter) => startRuns(starter)));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 20 * STARTERS), 20_000);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    server = await startAgain(server.ports);
  }
  over = true;
  await starting;
  const states = new Set<string>();
  for (const id of acknowledged) states.add((await link.client.workflow.getHandle(id).describe()).status.name);
  expect(states).toEqual(new Set(['RUNNING']));
  await link.close();
  await server.stop();
});
