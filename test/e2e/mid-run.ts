import { setTimeout as delay } from 'node:timers/promises';
import { stackStatus } from '../../infra/local/stack-status.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import type { RunClient, RunProgress } from '../../platform/run-client.ts';
import type { Home } from './home.ts';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

export type Stack = NonNullable<Awaited<ReturnType<typeof stackStatus>>>;

/** Looks again and again until there is something to see. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`not seen within ${PATIENCE_MS / 1000} s: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** The home's stack once all its processes are at work. */
export const readyStack = (home: Home): Promise<Stack> =>
  eventually('a stack whose processes are ready', async () => {
    const status = await stackStatus({ homeDir: home.env['H2G_HOME'] ?? '' });
    return status?.processes.every(({ state }) => state === 'ready') ? status : undefined;
  });

export const stackIsDown = (home: Home): Promise<true> =>
  eventually('the stack gone', async () =>
    (await stackStatus({ homeDir: home.env['H2G_HOME'] ?? '' })) === undefined ? true : undefined,
  );

export const runClientOf = async ({ addresses }: Stack): Promise<RunClient> =>
  createTemporalRunClient(await connectTemporal({ address: addresses.temporal, namespace: 'default' }));

/** The only run under way, as soon as its detection has begun. */
export const inDetection = (runs: RunClient): Promise<RunProgress> =>
  eventually('a run in detection', async () =>
    (await runs.list(20)).find(({ state }) => state.kind === 'running' && state.stage === 'detecting'),
  );

/** The only run under way, when some of its cells are done and most are not. Only a shut gate makes sure that it stays so until it is seen. */
export const inTheMiddle = (runs: RunClient): Promise<RunProgress> =>
  eventually('a run in the middle of its detection', async () => {
    const progress = (await runs.list(20)).find(({ state }) => state.kind === 'running');
    const { done, total } = progress?.cells ?? { done: 0, total: 0 };
    return done > 0 && done < total / 2 ? progress : undefined;
  });

/** The detector's own process, by the part of its name. */
export function pidOf({ processes }: Stack, name: string): number {
  const found = processes.find((process) => process.name.startsWith(name))?.pid;
  if (found === undefined) throw new Error(`no ${name} among ${processes.map((process) => process.name).join(', ')}`);
  return found;
}
