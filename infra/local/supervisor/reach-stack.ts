import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { H2gError } from '../../../domain/error.ts';
import type { ProvisionProgress } from '../provision/provision-server.ts';
import { provisionStack } from '../provision/provision-stack.ts';
import { siblingProgram } from '../sibling-program.ts';
import { connectControl, type ControlClient } from './control-client.ts';
import type { StackAddresses } from './control-messages.ts';
import { readHolder } from './home-holder.ts';
import { makeStackFolders, stackFolders, type StackFolders } from './stack-folders.ts';
import { readStackRecord } from './stack-record.ts';
import { startSupervisor } from './start-supervisor.ts';

export interface StackOptions {
  readonly homeDir: string;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: ProvisionProgress) => void;
  readonly signal?: AbortSignal;
  /** Program and first arguments of a worker; its role comes last. */
  readonly workerCommand?: readonly string[];
  readonly lingerMs?: number;
}

export interface ReachedStack {
  readonly client: ControlClient;
  readonly addresses: StackAddresses;
}

const LINGER_MS = 2_000;
const POLL_MS = 50;
/** A supervisor may be killed between our connecting and its answer; one that always goes away is broken. */
const LOST_TRIES = 2;
/** A stack on its way down gives its workers 20 s and its servers 10. */
const GONE_WITHIN_MS = 60_000;

/** Connects to the home's supervisor, starting one if there is none, and asks it for the addresses. */
export async function reachStack(options: StackOptions, kind: 'lease' | 'up'): Promise<ReachedStack> {
  const folders = stackFolders(resolve(options.homeDir));
  const signal = options.signal ?? new AbortController().signal;
  await makeStackFolders(folders);
  for (let lostTries = 0; ;) {
    signal.throwIfAborted();
    const client = (await connectControl(folders)) ?? (await startOrWait(folders, options, signal));
    if (client === undefined) continue;
    const answer = await client.ask({ kind, build: await buildOf(options) }, signal).catch((error: unknown) => {
      client.close();
      if (error !== client.gone.reason || lostTries === LOST_TRIES) throw error;
      lostTries += 1;
      return { kind: 'stopping' as const };
    });
    if (answer.kind === 'addresses') return { client, addresses: answer.addresses };
    client.close();
    await holderGone(folders, signal);
  }
}

async function startOrWait(
  folders: StackFolders,
  options: StackOptions,
  signal: AbortSignal,
): Promise<ControlClient | undefined> {
  if (readHolder(folders) !== undefined) {
    // It starts just now and does not listen yet, or ends and listens no more.
    await delay(POLL_MS, undefined, { signal });
    return undefined;
  }
  const { cacheDir, env, onProgress } = options;
  const provisioned = await provisionStack(
    { cacheDir, env, onProgress, signal },
    readStackRecord(folders.record).store,
  );
  const settings = {
    homeDir: folders.home,
    ...provisioned,
    workerCommand: [...workerCommandOf(options)],
    build: await buildOf(options),
    lingerMs: options.lingerMs ?? LINGER_MS,
  };
  return startSupervisor(folders, settings, { env, signal });
}

const workerCommandOf = ({ workerCommand }: StackOptions): readonly string[] =>
  workerCommand ?? [...siblingProgram('../../apps/cli/main'), 'worker'];

/** The worker program and when it was made: a compiler writes it anew each time. */
async function buildOf(options: StackOptions): Promise<string> {
  const files = await Promise.all(
    workerCommandOf(options).map(async (part) => ({ part, facts: await stat(part).catch(() => undefined) })),
  );
  return files.map(({ part, facts }) => `${part} ${facts?.mtimeMs ?? ''}`).join(' ');
}

/** Waits until the supervisor that holds this home has ended. */
export async function holderGone(folders: StackFolders, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  while (readHolder(folders) !== undefined) {
    if (performance.now() > deadline) throw stuck(folders);
    await delay(POLL_MS, undefined, { signal });
  }
}

const stuck = (folders: StackFolders): H2gError =>
  new H2gError({
    code: 'server-unavailable',
    message: `the supervisor (process ${readHolder(folders)?.pid}) of ${folders.home} has been ending for more than ${GONE_WITHIN_MS / 1000} s`,
    hint: `Look into ${folders.logs}; if it hangs, end that process and try again.`,
  });
