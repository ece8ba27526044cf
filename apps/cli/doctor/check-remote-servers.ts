import { asH2gError } from '../../../domain/error.ts';
import type { ServerSettings } from '../../../platform/server-settings.ts';
import { connectNats, natsPlace } from '../../../platform/jetstream/connect-nats.ts';
import { createLog } from '../../../platform/log.ts';
import { createS3Store } from '../../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../../platform/temporal/connect-temporal.ts';
import type { CliContext } from '../cli-context.ts';
import { fail, ok, type Finding } from './check.ts';

const PATIENCE_MS = 3_000;
const SILENT = createLog({ level: 'silent', name: 'doctor' });

type Reach = (servers: ServerSettings, signal: AbortSignal) => Promise<string>;

/** How each server is reached; the answer says where. */
const SERVERS: Readonly<Record<string, Reach>> = {
  Temporal: async ({ temporal }) => {
    const link = await connectTemporal(temporal, { timeoutMs: PATIENCE_MS });
    await link.close();
    return `${temporal.address}, namespace ${temporal.namespace}`;
  },
  NATS: async (servers, signal) => {
    const { natsUrl } = servers;
    if (natsUrl === undefined) return 'not named by H2G_NATS_URL; only workers and h2g setup need it';
    const place = natsPlace({ ...servers, natsUrl });
    const link = await connectNats({
      ...place,
      name: 'h2g-doctor',
      role: 'client',
      log: SILENT,
      signal,
      patienceMs: PATIENCE_MS,
    });
    const { server_name: name, version } = link.nc.info ?? {};
    await link.jsm.getAccountInfo().finally(() => link.close());
    return `JetStream on ${name ?? 'a server'} ${version ?? ''}`;
  },
  S3: async ({ s3 }) => {
    const store = createS3Store(s3);
    await store.list('runs/doctor-was-here/').finally(() => store.close());
    return `${s3.endpoint}, bucket ${s3.bucket}`;
  },
};

/** Whether a site's servers answer and let us in. */
export async function checkRemoteServers(servers: ServerSettings, { signal }: CliContext): Promise<Finding[]> {
  return Promise.all(
    Object.entries(SERVERS).map(async ([name, reach]) => {
      try {
        return ok(name, await reach(servers, signal));
      } catch (thrown) {
        const { message, hint } = asH2gError(thrown);
        return fail(name, message, hint);
      }
    }),
  );
}
