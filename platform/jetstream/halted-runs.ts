import type { NatsConnection } from 'nats';
import { HALT_SUBJECT } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import { HaltNotice } from './halt-notice.ts';

/** Which runs were cancelled or paused, as far as this process has heard. */
export interface HaltedRuns {
  /**
   * Whether a batch of this run, stored in the tile stream under `sequence`, must not be started. It stays so when the run is resumed: what was
   * queued before is dispatched again under a new number, and would be done twice.
   */
  isHalted(runId: string, sequence: number): boolean;
  /** Calls back when a run is halted, so that a batch in work can be stopped too. @returns a function that ends it */
  onHalt(listener: (runId: string) => void): () => void;
  close(): void;
}

interface Halt extends Pick<HaltNotice, 'lastSequence' | 'streamMade'> {
  readonly heardAtMs: number;
}

/** The queue was purged long before this; it only bounds the memory. */
const FORGET_AFTER_MS = 3_600_000;

/** Listens on `HALT_SUBJECT` from now on. A notice that is lost costs at most the batches already in hand: the queue itself is purged. */
export function hearHaltedRuns(nc: NatsConnection, log: Log): HaltedRuns {
  const halts = new Map<string, Halt>();
  const listeners = new Set<(runId: string) => void>();

  const hear = ({ runId, halted, lastSequence, streamMade }: HaltNotice): void => {
    forgetOld(halts);
    if (halts.get(runId)?.streamMade !== streamMade) halts.delete(runId);
    if (!halted) return;
    const before = halts.get(runId)?.lastSequence ?? 0;
    halts.delete(runId);
    halts.set(runId, { lastSequence: Math.max(before, lastSequence), streamMade, heardAtMs: performance.now() });
    for (const listener of listeners) listener(runId);
  };

  const subscription = nc.subscribe(HALT_SUBJECT, {
    callback: (error, message) => {
      const notice = error === null ? parseNotice(message.data) : undefined;
      if (notice === undefined) log.error({ error, bytes: message.data.length }, 'HaltNotice:Unreadable');
      else hear(notice);
    },
  });

  return {
    isHalted: (runId, sequence) => sequence <= (halts.get(runId)?.lastSequence ?? -1),
    onHalt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => subscription.unsubscribe(),
  };
}

function parseNotice(data: Uint8Array): HaltNotice | undefined {
  try {
    return HaltNotice.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch {
    return undefined;
  }
}

/** A `Map` keeps the order of arrival, so the oldest come first. */
function forgetOld(halts: Map<string, Halt>): void {
  const oldestMs = performance.now() - FORGET_AFTER_MS;
  for (const [runId, { heardAtMs }] of halts) {
    if (heardAtMs >= oldestMs) return;
    halts.delete(runId);
  }
}
