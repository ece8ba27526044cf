import { setTimeout as delay } from 'node:timers/promises';
import { asH2gError, type ErrorCode } from '../../../domain/error.ts';

/** Longer than a server needs to come back after a crash or an update. */
const PATIENCE_MS = 120_000;
const PASSING: readonly ErrorCode[] = ['control-unreachable', 'store-unreachable'];

export interface LookOptions<Seen> {
  readonly everyMs: number;
  readonly isOver: (seen: Seen) => boolean;
  /** Called for all that is seen before the end. */
  readonly onSeen: (seen: Seen) => void;
  /** A server does not answer just now. */
  readonly onTrouble: (message: string) => void;
  readonly signal: AbortSignal;
  readonly patienceMs?: number | undefined;
}

/**
 * Looks again and again until it is over; servers that are away for a while are waited for.
 * @throws what looking throws, `control-unreachable` and `store-unreachable` only when patience has run out; the signal's reason on abort
 */
export async function keepLooking<Seen>(look: () => Promise<Seen>, options: LookOptions<Seen>): Promise<Seen> {
  const { everyMs, isOver, onSeen, onTrouble, signal, patienceMs = PATIENCE_MS } = options;
  let lastSeenMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    try {
      const seen = await look();
      if (isOver(seen)) return seen;
      lastSeenMs = performance.now();
      onSeen(seen);
    } catch (thrown) {
      const error = asH2gError(thrown);
      if (!PASSING.includes(error.code) || performance.now() - lastSeenMs > patienceMs) throw thrown;
      onTrouble(error.message);
    }
    await delay(everyMs, undefined, { signal });
  }
}
