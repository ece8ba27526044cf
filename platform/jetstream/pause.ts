import { setTimeout as delay } from 'node:timers/promises';

/** Waits, unless `signal` aborts. @throws the signal's reason */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}

const SHORTEST_MS = 250;
const LONGEST_MS = 1_000;

/** How long to leave a broker alone that has lost its stream, its consumer or its leader: spread, so that a fleet does not come back at once. */
export const backOffMs = (): number => SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS);
