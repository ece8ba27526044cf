import type { NatsConnection } from 'nats';
import type { TileBatch } from '../../domain/messages.ts';
import type { Lane } from '../../domain/run-spec.ts';
import type { TraceContext } from '../../domain/trace-context.ts';
import type { Log } from '../log.ts';
import { ACK_WAIT_MS } from './ensure-consumers.ts';
import { natsFault } from './nats-fault.ts';
import type { PulledMessage } from './pull-message.ts';

/** A batch in this worker's hands. It is kept alive from the moment it is taken until it is settled by one of the three. */
export interface TileLease {
  readonly batch: TileBatch;
  readonly lane: Lane;
  readonly model: string;
  /** Its place in the tile stream. */
  readonly sequence: number;
  /** Somebody had it before: it was handed back, or its detector died, or its line did. */
  readonly redelivered: boolean;
  /** When it was dispatched, in milliseconds since 1970 by the broker's clock. */
  readonly storedAtMs: number;
  /** Where it was dispatched, if that is traced. */
  readonly trace: TraceContext | undefined;
  /** Whether it has begun and not ended. */
  readonly inWork: boolean;
  /** Notes that work on it begins. False where it must not: it has ended, or may be another worker's by now. */
  begin(): boolean;
  /** Its scores are stored: removes it from the queue. What cannot be confirmed is let go; the broker then has it done once more, which is harmless. */
  done(): Promise<void>;
  /** Gives it to another worker, at once or after `delayMs`. False where the lease may have run out: then the broker has done so already. */
  handBack(delayMs?: number): boolean;
  /** Lets it go undone, since its run was halted; out of the queue too, as far as it is still ours. */
  drop(): void;
}

export interface LeaseTimings {
  readonly ackWaitMs: number;
  readonly keepAliveMs: number;
}

export const LEASE_TIMINGS: LeaseTimings = { ackWaitMs: ACK_WAIT_MS, keepAliveMs: 3_000 };

export interface Taken {
  readonly message: PulledMessage;
  readonly batch: TileBatch;
  readonly lane: Lane;
  readonly model: string;
}

const ACK_TRIES = 3;
const ANSWER_TIMEOUT_MS = 1_000;
/** A share of the ack wait: a hand-back is on its way for a while, and a second delivery that has begun by then must not be returned too. */
const SAFETY_SHARE = 0.1;

export interface LeaseTools {
  readonly nc: NatsConnection;
  readonly log: Log;
  readonly timings: LeaseTimings;
  /** Called once, when it is settled. */
  readonly onEnded?: (lease: TileLease) => void;
}

export function holdLease(taken: Taken, { nc, log, timings, onEnded }: LeaseTools): TileLease {
  const { message, batch, lane, model } = taken;
  const ids = { runId: batch.runId, batch: batch.batch, lane };
  const expiry = trackExpiry(message.askedAtMs, timings.ackWaitMs);
  let settled = false;
  let begun = false;

  /** Asks for an answer, since only an answered sign of life surely prolongs the lease. */
  const renew = async (): Promise<void> => {
    if (nc.isClosed()) return clearInterval(keepAlive);
    const sentAtMs = performance.now();
    try {
      await nc.request(message.reply, '+WPI', { timeout: ANSWER_TIMEOUT_MS });
      expiry.renewed(sentAtMs);
    } catch (error) {
      if (!settled) log.warn({ ...ids, error, held: expiry.isHeld() }, 'TileLease:NotRenewed');
    }
  };
  // A lease that was forgotten must not keep its process alive.
  const keepAlive = setInterval(() => void renew(), timings.keepAliveMs).unref();
  const settle = (): boolean => {
    const first = !settled;
    settled = true;
    clearInterval(keepAlive);
    if (first) onEnded?.(lease);
    return first;
  };
  const tell = (how: 'done' | 'handed-back' | 'expired' | 'dropped'): void =>
    log.debug({ ...ids, how }, 'TileLease:Ended');

  log.debug({ ...ids, sequence: message.sequence }, 'TileLease:Taken');
  const lease: TileLease = {
    batch,
    lane,
    model,
    sequence: message.sequence,
    redelivered: message.deliveries > 1,
    storedAtMs: message.storedAtMs,
    trace: message.trace,
    get inWork() {
      return begun && !settled;
    },
    begin() {
      begun = !settled && expiry.isHeld();
      return begun;
    },
    async done() {
      if (!settle()) return;
      await acknowledge({ nc, log, reply: message.reply, ids });
      tell('done');
    },
    handBack(delayMs = 0) {
      if (!settle()) return false;
      const held = expiry.isHeld(timings.ackWaitMs * SAFETY_SHARE) && !nc.isClosed();
      tell(held ? 'handed-back' : 'expired');
      if (!held) return false;
      const delay = delayMs > 0 ? ` ${JSON.stringify({ delay: delayMs * 1_000_000 })}` : '';
      nc.publish(message.reply, `-NAK${delay}`);
      return true;
    },
    drop() {
      if (!settle()) return;
      tell('dropped');
      if (expiry.isHeld() && !nc.isClosed()) nc.publish(message.reply, '+TERM');
    },
  };
  return lease;
}

/** A lease that once had a gap may belong to another worker, and stays lost. */
function trackExpiry(
  startMs: number,
  ackWaitMs: number,
): { renewed(sentAtMs: number): void; isHeld(safetyMs?: number): boolean } {
  let heldUntilMs = startMs + ackWaitMs;
  let lost = false;
  const isHeld = (safetyMs = 0): boolean => {
    lost ||= performance.now() >= heldUntilMs;
    return !lost && performance.now() < heldUntilMs - safetyMs;
  };
  return {
    isHeld,
    renewed(sentAtMs) {
      lost ||= sentAtMs >= heldUntilMs;
      heldUntilMs = Math.max(heldUntilMs, sentAtMs + ackWaitMs);
    },
  };
}

/** A bare ack is lost without an error while disconnected, so it is asked for, and asked again. */
async function acknowledge({
  nc,
  log,
  reply,
  ids,
}: Pick<LeaseTools, 'nc' | 'log'> & { reply: string; ids: object }): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await nc.request(reply, '+ACK', { timeout: ANSWER_TIMEOUT_MS });
      return;
    } catch (error) {
      if (natsFault(error) === 'away' && tries < ACK_TRIES) continue;
      log.warn({ ...ids, error, tries }, 'TileLease:NotAcknowledged');
      return;
    }
  }
}
