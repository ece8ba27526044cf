import type { StackAddresses } from './supervisor/control-messages.ts';
import type { ControlClient } from './supervisor/control-client.ts';
import { reachStack, type StackOptions } from './supervisor/reach-stack.ts';

/** The local servers and workers, for as long as it is open: other commands share them, and the last one out ends them. */
export interface Stack {
  readonly addresses: StackAddresses;
  /** Aborted with an `H2gError` if the stack goes away while it is open. */
  readonly lost: AbortSignal;
  /** Resolves when an orchestrator and a detector for this bundle are at work. */
  ensureDetector(bundleUrl: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Attaches to this home's stack, or starts it; the first time its servers are fetched or built.
 * @throws H2gError `server-unavailable`, `download-failed`, `port-in-use`, `disk-full`, `usage`
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { client, addresses } = await reachStack(options, 'lease');
  return stackOf(client, addresses, options.signal);
}

/** Starts the stack, or keeps the one that runs, until `downStack`. */
export async function upStack(options: StackOptions): Promise<StackAddresses> {
  const { client, addresses } = await reachStack(options, 'up');
  client.close();
  return addresses;
}

function stackOf(client: ControlClient, addresses: StackAddresses, signal: AbortSignal | undefined): Stack {
  const lost = new AbortController();
  let closing = false;
  client.gone.addEventListener('abort', () => closing || lost.abort(client.gone.reason), { once: true });
  return {
    addresses,
    lost: lost.signal,
    ensureDetector: async (bundleUrl) => void (await client.ask({ kind: 'ensureDetector', bundleUrl }, signal)),
    close: async () => {
      closing = true;
      client.close();
    },
  };
}
