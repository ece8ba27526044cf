import { setTimeout as delay } from 'node:timers/promises';
import { asH2gError } from '../../../domain/error.ts';
import { SCORES_STREAM, TILES_STREAM } from '../../../domain/subjects.ts';
import { loadRemoteConfig, type RemoteConfig } from '../../../platform/config.ts';
import { connectNats, natsPlace } from '../../../platform/jetstream/connect-nats.ts';
import { ensureStreams } from '../../../platform/jetstream/ensure-streams.ts';
import { queueError } from '../../../platform/jetstream/nats-fault.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { createS3Store } from '../../../platform/s3/s3-store.ts';
import { openConnection } from '../../../platform/temporal/connect-temporal.ts';
import { ensureNamespace } from '../../../platform/temporal/ensure-namespace.ts';
import { ensureSearchAttributes } from '../../../platform/temporal/ensure-search-attributes.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import type { SetupFlags } from '../commands/setup-command.ts';
import { EXIT_CODES } from '../exit-code.ts';

/** One server's part; harmless to repeat. Resolves to a line on what is there now. */
type Part = (config: RemoteConfig, flags: SetupFlags) => Promise<string>;

const prepareStore: Part = async ({ servers: { s3 } }) => {
  const store = createS3Store(s3);
  try {
    await store.ensureBucket();
  } finally {
    store.close();
  }
  return `The store at ${s3.endpoint} has the bucket ${s3.bucket}.`;
};

const prepareBroker: Part = async ({ servers, natsReplicas }) => {
  const link = await connectNats({
    ...natsPlace(servers),
    name: 'h2g setup',
    role: 'setup',
    log: SILENT_LOG,
    patienceMs: 0,
  });
  try {
    await ensureStreams(link.jsm, { replicas: natsReplicas });
  } catch (thrown) {
    throw queueError(thrown, 'make the streams');
  } finally {
    await link.close();
  }
  const copies = natsReplicas === 1 ? 'one copy' : `${natsReplicas} copies`;
  return `The broker has the streams ${TILES_STREAM} and ${SCORES_STREAM}, ${copies} of each.`;
};

const prepareControl: Part = async ({ servers }, { retentionDays }) => {
  const { address, namespace } = servers.temporal;
  const connection = await openConnection(servers.temporal);
  try {
    const made = await ensureNamespace(connection, namespace, retentionDays);
    await ensureSearchAttributes(connection, namespace);
    const kept = made ? ` (new; histories stay for ${retentionDays} days)` : '';
    return `Temporal at ${address} has the namespace ${namespace}${kept} and its search attribute.`;
  } finally {
    await connection.close();
  }
};

const PARTS: readonly Part[] = [prepareStore, prepareBroker, prepareControl];
const AGAIN_AFTER_MS = 1_000;

/** `h2g setup`: what a site's servers must hold before workers start. @throws H2gError of the first that stays away or refuses */
export async function setUpSite(flags: SetupFlags, { env, output, signal }: CliContext): Promise<CommandAnswer> {
  const config = loadRemoteConfig(env);
  const untilMs = performance.now() + flags.patience * 1_000;
  const lines: string[] = [];
  for (const part of PARTS) {
    const line = await insist(() => part(config, flags), { untilMs, signal, tell: (text) => output.note(text) });
    lines.push(line);
  }
  return { exitCode: EXIT_CODES.done, lines, json: { prepared: lines } };
}

interface Insistence {
  /** By `performance.now()`. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

/** Servers of a fresh cluster come up in any order. */
async function insist<T>(work: () => Promise<T>, { untilMs, signal, tell }: Insistence): Promise<T> {
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      const { retry, message } = asH2gError(thrown);
      if (!retry || performance.now() > untilMs) throw thrown;
      if (message !== told) tell(`waiting: ${message}`);
      told = message;
    }
    await delay(AGAIN_AFTER_MS, undefined, { signal });
  }
}
