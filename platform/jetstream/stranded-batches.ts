import { NatsError } from 'nats';
import { z } from 'zod';
import {
  batchOfSubject,
  consumerName,
  TILES_STREAM,
  tilesOfRunInLane,
  type TilesSubject,
} from '../../domain/subjects.ts';
import type { NatsLink } from './connect-nats.ts';
import { natsFault } from './nats-fault.ts';

/** Whose messages, and who says which of them detectors are at work on. */
export interface Stranded extends Omit<TilesSubject, 'batch'> {
  readonly inHand: () => Promise<ReadonlySet<number>>;
}

/**
 * Removes the run's batches that lie in the queue and may never be delivered: below the ack floor of their consumer, and in nobody's hands. A
 * purge by subject lifts that floor over what is in hand or was handed back, and with a restart it is forgotten (nats-server 2.15.2).
 * @returns how many there were
 * @throws NatsError where stream or consumer are missing
 */
export async function dropStranded({ nc, jsm }: Pick<NatsLink, 'nc' | 'jsm'>, run: Stranded): Promise<number> {
  const { ack_floor } = await jsm.consumers.info(TILES_STREAM, consumerName(run.lane, run.model));
  const subject = tilesOfRunInLane(run);
  let held: ReadonlySet<number> | undefined;
  let dropped = 0;
  for (let from = 1; ;) {
    const first = await firstMessage(nc, { seq: from, next_by_subj: subject });
    if (first === undefined || first.seq > ack_floor.stream_seq) return dropped;
    held ??= await run.inHand();
    if (!held.has(batchOfSubject(first.subject))) {
      await jsm.streams.deleteMessage(TILES_STREAM, first.seq);
      dropped += 1;
    }
    from = first.seq + 1;
  }
}

const Answer = z.object({
  message: z.object({ seq: z.int(), subject: z.string() }).optional(),
  error: z.object({ code: z.int(), err_code: z.int(), description: z.string() }).optional(),
});

const TIMEOUT_MS = 1_000;

/** Undefined where no such message follows. The client's own `getMessage` cannot ask for it. */
async function firstMessage(
  nc: NatsLink['nc'],
  request: { seq: number; next_by_subj: string },
): Promise<{ seq: number; subject: string } | undefined> {
  const options = { timeout: TIMEOUT_MS };
  const answer = await nc.request(`$JS.API.STREAM.MSG.GET.${TILES_STREAM}`, JSON.stringify(request), options);
  const { message, error } = Answer.parse(answer.json());
  if (error === undefined) return message;
  const refusal = new NatsError(error.description, String(error.code));
  refusal.api_error = error;
  if (natsFault(refusal) === 'empty') return undefined;
  throw refusal;
}
