import type { TileLease } from './tile-lease.ts';
import type { TileSource } from './tile-source.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Batches for one inference thread, with one more always on its way: while one is computed, the next one's bytes can be read. */
export interface LookAhead {
  /** The batch to start now, noted as begun. @throws the signal's reason, or what `TileSource.next` throws */
  next(signal: AbortSignal): Promise<TileLease>;
  /** Hands back the batch ahead, also while one is in work; there is no next one then. */
  close(): Promise<void>;
}

export interface LookAheadOptions {
  /** Called once for each batch that may be started next, so that its bytes can be fetched; it may yet be handed back. */
  readonly onAhead?: (lease: TileLease) => void;
}

/**
 * Before the batch ahead is started, the lanes that go before its own are looked into: if one has work, that goes first and the one ahead
 * goes back to the queue. A batch whose run was halted meanwhile, or whose lease has run out, is let go.
 */
export function createLookAhead(source: TileSource, { onAhead }: LookAheadOptions = {}): LookAhead {
  const stop = new AbortController();
  let ahead: Promise<TileLease> | undefined;

  const fetchAhead = (): Promise<TileLease> => {
    const lease = source.next(stop.signal).then((taken) => {
      onAhead?.(taken);
      return taken;
    });
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    lease.catch(() => undefined);
    return lease;
  };

  /** The one ahead, or a better one. */
  const choose = async (lease: TileLease): Promise<TileLease> => {
    const better = await source.takeBefore(lease);
    if (better === undefined) return lease;
    lease.handBack();
    return better;
  };

  return {
    async next(signal) {
      for (;;) {
        const wasReady = ahead !== undefined;
        ahead ??= fetchAhead();
        // What is being fetched stays under way and is there for the next call.
        const lease = await unlessAborted(ahead, signal);
        ahead = undefined;
        const chosen = wasReady ? await choose(lease) : lease;
        if (signal.aborted) chosen.handBack();
        signal.throwIfAborted();
        if (!source.begin(chosen)) continue;
        ahead = fetchAhead();
        return chosen;
      }
    },
    async close() {
      stop.abort();
      const lease = await ahead?.catch(() => undefined);
      lease?.handBack();
    },
  };
}
