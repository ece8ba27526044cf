import { TileBatch } from '../../domain/messages.ts';
import type { Lane } from '../../domain/run-spec.ts';
import { tilesSubject } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import { answerHands } from './batches-in-hand.ts';
import type { NatsLink } from './connect-nats.ts';
import { hearDoorbell } from './doorbell.ts';
import type { HaltedRuns } from './halted-runs.ts';
import { createLaneOrder } from './lane-order.ts';
import { natsFault, queueError } from './nats-fault.ts';
import { backOffMs } from './pause.ts';
import { pullMessage, type PulledMessage } from './pull-message.ts';
import { holdLease, LEASE_TIMINGS, type LeaseTimings, type Taken, type TileLease } from './tile-lease.ts';

/** Batches for a detector, the highest lane first. Several threads may ask at once. */
export interface TileSource {
  /** The next batch; waits for one. A broker that is away, or has lost its streams, is waited for too. @throws the signal's reason; H2gError `queue-unreachable` when this process has closed its connection, or may not take batches */
  next(signal: AbortSignal): Promise<TileLease>;
  /** A batch that goes before this one, which has not been started, if one waits now. One whose lane was overtaken often enough keeps its turn. */
  takeBefore(lease: TileLease): Promise<TileLease | undefined>;
  /** Notes that work on the batch begins. False where it must not, and then it is let go: its run was halted since it was taken, or the lease may have run out. */
  begin(lease: TileLease): boolean;
  close(): void;
}

export interface TileSourceOptions {
  /** Tokens of the models this detector serves (`modelToken`). */
  readonly models: readonly string[];
  readonly halted: HaltedRuns;
  readonly log: Log;
  readonly timings?: LeaseTimings;
}

/** A ring may be lost; then the next look finds what waits. */
const POLL_MS = 1_000;

interface Pulled {
  readonly lease?: TileLease;
  /** The broker had lost the consumer or gave no answer: leave it alone for a moment. */
  readonly trouble: boolean;
}

const EMPTY: Pulled = { trouble: false };

/** What a lease's turn was: which lanes went before its own, and how to give the turn back. */
interface Turn {
  readonly before: readonly Lane[];
  readonly giveBack: () => void;
}

export function createTileSource(link: NatsLink, options: TileSourceOptions): TileSource {
  const { models, halted, log, timings = LEASE_TIMINGS } = options;
  const doorbell = hearDoorbell(link.nc, models);
  const order = createLaneOrder();
  const turns = new WeakMap<TileLease, Turn>();
  const inHand = new Set<TileLease>();
  const tools = { nc: link.nc, log, timings, onEnded: (lease: TileLease) => void inHand.delete(lease) };
  const hold = (taken: Taken): TileLease => {
    const lease = holdLease(taken, tools);
    inHand.add(lease);
    return lease;
  };
  const isHalted = ({ batch, sequence }: TileLease): boolean => halted.isHalted(batch.runId, sequence);
  /** One that has not begun when its run is halted never will. */
  const batchesOf = (runId: string): number[] =>
    [...inHand]
      .filter((lease) => lease.batch.runId === runId && (lease.inWork || !isHalted(lease)))
      .map(({ batch }) => batch.batch);
  const hands = answerHands(link.nc, batchesOf, log);

  /** One no-wait pull; what belongs to a halted run or cannot be read is taken out of the way, and the next one is tried. */
  const pull = async (lane: Lane, model: string): Promise<Pulled> => {
    for (;;) {
      const answer = await tryPull(link, { lane, model, log });
      if (!('message' in answer)) return answer;
      const { message } = answer;
      const batch = readBatch(message, { lane, model, log });
      if (batch !== undefined && !halted.isHalted(batch.runId, message.sequence))
        return { lease: hold({ message, batch, lane, model }), trouble: false };
      link.nc.publish(message.reply, '+TERM');
    }
  };

  const pullLane = async (lane: Lane, before: readonly Lane[]): Promise<Pulled> => {
    let trouble = false;
    for (const model of models) {
      const pulled = await pull(lane, model);
      if (pulled.lease !== undefined) {
        turns.set(pulled.lease, { before, giveBack: order.served(lane) });
        return pulled;
      }
      trouble ||= pulled.trouble;
    }
    if (!trouble) order.foundEmpty(lane);
    return { trouble };
  };

  const pullFirst = async (lanes: readonly Lane[]): Promise<Pulled> => {
    let trouble = false;
    for (const [place, lane] of lanes.entries()) {
      const pulled = await pullLane(lane, lanes.slice(0, place));
      if (pulled.lease !== undefined) return pulled;
      trouble ||= pulled.trouble;
    }
    return { trouble };
  };

  return {
    async next(signal) {
      for (;;) {
        signal.throwIfAborted();
        const rings = doorbell.rings();
        const { lease, trouble } = await pullFirst(order.next());
        if (lease !== undefined && !signal.aborted) return lease;
        lease?.handBack();
        await doorbell.wait(rings, { ms: trouble ? backOffMs() : POLL_MS, signal });
      }
    },
    async takeBefore(lease) {
      const turn = turns.get(lease);
      const { lease: better } = await pullFirst(turn?.before ?? []);
      if (better !== undefined) turn?.giveBack();
      return better;
    },
    begin(lease) {
      if (isHalted(lease)) lease.drop();
      else if (lease.begin()) return true;
      lease.handBack();
      return false;
    },
    close() {
      doorbell.close();
      hands.unsubscribe();
    },
  };
}

interface Queue {
  readonly lane: Lane;
  readonly model: string;
  readonly log: Log;
}

async function tryPull({ nc }: NatsLink, { lane, model, log }: Queue): Promise<{ message: PulledMessage } | Pulled> {
  try {
    return { message: await pullMessage(nc, lane, model) };
  } catch (thrown) {
    const fault = natsFault(thrown);
    if (fault === 'empty') return EMPTY;
    // One that may not take batches must not look as if it waited for some.
    if (fault === 'closed' || fault === 'denied') throw queueError(thrown, 'take batches');
    log.debug({ lane, model, fault, error: thrown }, 'TileSource:Refused');
    return { trouble: true };
  }
}

/** Undefined for what is no batch, or another than its subject says: it could never be done. */
function readBatch(message: PulledMessage, { lane, model, log }: Queue): TileBatch | undefined {
  try {
    const batch = TileBatch.parse(JSON.parse(new TextDecoder().decode(message.data)));
    if (message.subject === tilesSubject({ lane, model, runId: batch.runId, batch: batch.batch })) return batch;
    log.error({ subject: message.subject, runId: batch.runId, batch: batch.batch }, 'TileBatch:Misplaced');
  } catch (error) {
    log.error({ subject: message.subject, error }, 'TileBatch:Unreadable');
  }
  return undefined;
}
