import { setTimeout as delay } from 'node:timers/promises';

export interface Watched {
  /** Anything that only a server at work can answer; it may fail in any way. */
  readonly ask: () => Promise<unknown>;
  /** Told after every answer, and when none came in time. */
  readonly onChange: (isThere: boolean) => void;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

/** Often enough for an alert within minutes, and nothing to a server: a request of each orchestrator. */
const EVERY_MS = 15_000;
const PATIENCE_MS = 5_000;

/**
 * Asks a server whether it is there until `signal` aborts. Work that meets one that is away is tried again by itself, so nothing waits for this: it is said
 * to those who look after the servers. Never throws.
 */
export async function watchServer(watched: Watched): Promise<void> {
  const { ask, onChange, signal, everyMs = EVERY_MS, patienceMs = PATIENCE_MS } = watched;
  while (!signal.aborted) {
    const late = setTimeout(() => onChange(false), patienceMs).unref();
    const isThere = await ask().then(
      () => true,
      () => false,
    );
    clearTimeout(late);
    if (!signal.aborted) onChange(isThere);
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
