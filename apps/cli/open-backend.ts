import { defaultCacheDir, defaultHomeDir } from '../../infra/local/default-folders.ts';
import { openStack } from '../../infra/local/open-stack.ts';
import { loadConfig } from '../../platform/config.ts';
import type { ServerSettings } from '../../platform/server-settings.ts';
import { createS3SourceOpener } from '../../platform/s3/open-s3-source.ts';
import { listSlides } from '../../platform/s3/list-slides.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalCohortClient } from '../../platform/temporal/temporal-cohort-client.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import { openTracing } from '../../platform/tracing/open-tracing.ts';
import type { Tracing } from '../../platform/tracing/tracing.ts';
import { createOpenSource } from '../../slides/open-source.ts';
import type { Backend } from './backend.ts';
import type { CliContext } from './cli-context.ts';
import { ProgressBoard } from './progress/progress-board.ts';
import { SOFTWARE_VERSION } from './software-version.ts';
import { showProvisioning } from './stack/show-provisioning.ts';
import { showStarting } from './stack/show-starting.ts';

/** The configured servers, or this machine's own where none are. Close it. */
async function openBackend(context: CliContext): Promise<Backend> {
  const { servers } = loadConfig(context.env);
  const tracing = await openTracing(context.env, {
    service: 'h2g',
    version: SOFTWARE_VERSION,
    onTrouble: (message) => context.output.note(message),
  });
  return servers === undefined ? openLocal(context, tracing) : openConfigured(servers, tracing);
}

/** Runs `work` on the servers and lets go of them, whatever happens; ends at once if they go away for good. */
export async function withBackend<Answer>(
  context: CliContext,
  work: (backend: Backend) => Promise<Answer>,
): Promise<Answer> {
  const backend = await openBackend(context);
  try {
    return await Promise.race([work(backend), whenLost(backend)]);
  } finally {
    await backend.close();
  }
}

const whenLost = ({ lost }: Backend): Promise<never> =>
  new Promise((_, reject) => {
    lost?.addEventListener('abort', () => reject(lost.reason), { once: true });
  });

async function openLocal({ env, output, signal }: CliContext, tracing: Tracing): Promise<Backend> {
  const board = new ProgressBoard(output);
  const options = { homeDir: defaultHomeDir(env), cacheDir: defaultCacheDir(env), env, signal };
  const opening = openStack({ ...options, onProgress: showProvisioning(board) });
  const stack = await showStarting(board, opening).finally(() => board.clear());
  const { temporal, s3 } = stack.addresses;
  const servers = { temporal: { address: temporal, namespace: 'default' }, s3 };
  try {
    const connected = await connect(servers, tracing);
    return {
      ...connected,
      kind: 'local',
      lost: stack.lost,
      ensureDetector: (bundleUrl) => stack.ensureDetector(bundleUrl),
      close: async () => {
        await connected.close();
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

const openConfigured = async (servers: ServerSettings, tracing: Tracing): Promise<Backend> => ({
  ...(await connect(servers, tracing)),
  kind: 'configured',
  lost: undefined,
  ensureDetector: async () => undefined,
});

type Connected = Pick<Backend, 'runs' | 'cohorts' | 'store' | 'tracing' | 'openSource' | 'listSlides' | 'close'>;

async function connect(servers: ServerSettings, tracing: Tracing): Promise<Connected> {
  const link = await connectTemporal(servers.temporal, { place: () => tracing.active() });
  const runs = createTemporalRunClient(link);
  const store = createS3Store(servers.s3);
  const s3 = createS3SourceOpener(servers.s3);
  return {
    runs,
    cohorts: createTemporalCohortClient(link),
    store,
    tracing,
    listSlides: (prefix) => listSlides(servers.s3, prefix),
    openSource: createOpenSource({ 's3:': s3.open }),
    close: async () => {
      s3.close();
      store.close();
      await runs.close();
      await tracing.close();
    },
  };
}
