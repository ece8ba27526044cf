import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL } from '../../infra/local/servers/temporal.ts';
import { ensureNamespace } from '../../platform/temporal/ensure-namespace.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { realServer } from '../real-servers.ts';
import { eventually } from './mid-run.ts';
import { openSite, probesPort, type Site } from './site.ts';

const NAMESPACE = 'pathology';
const PATIENCE_MS = 90_000;
let site: Site;

beforeAll(async () => {
  site = await openSite((dir) => writeSlowBundle(dir), {
    envOf: async () => ({ H2G_TEMPORAL_NAMESPACE: NAMESPACE }),
  });
  await ensureNamespace(site.link.connection, NAMESPACE, 1);
});
afterAll(() => site?.[Symbol.asyncDispose]());

it('an orchestrator whose Temporal has lost its namespace ends with an error, so that it is started anew', async () => {
  const orchestrator = await site.start('orchestrator');
  const port = Number(site.env['H2G_TEMPORAL_ADDRESS']?.split(':')[1]);
  process.kill(site.temporalPid, 'SIGKILL');
  const empty = await realServer('temporal', {
    ...TEMPORAL,
    launch: (place) => TEMPORAL.launch({ ...place, ports: { ...place.ports, grpc: port } }),
  });
  try {
    const readyz = `http://127.0.0.1:${await probesPort(orchestrator)}/readyz`;
    await eventually('an orchestrator that is not ready', async () => ((await fetch(readyz)).ok ? undefined : true));
    const end = await Promise.race([orchestrator.exited, delay(PATIENCE_MS, undefined, { ref: false })]);
    expect(end, await orchestrator.text()).toMatchObject({ signal: null, code: 3 });
    expect(await orchestrator.text()).toMatch(/does not let us take work from h2g-\S+ any more/);
  } finally {
    await empty.stop();
  }
});
