import { NatsError } from 'nats';
import { z } from 'zod';
import type { Lane } from '../../domain/run-spec.ts';
import { consumerName, TILES_STREAM, tilesOfRunInLane } from '../../domain/subjects.ts';
import type { Standing } from '../../domain/tile-queue.ts';
import type { NatsLink } from './connect-nats.ts';
import { lanesAbove } from './lane-order.ts';

const Found = z.object({
  message: z.object({ seq: z.int() }).optional(),
  error: z.object({ code: z.int(), err_code: z.int(), description: z.string() }).optional(),
});

const NO_MESSAGE = 10037;
const TIMEOUT_MS = 1_000;

/**
 * What goes before a run's next batch: all that waits in the lanes above, and in its own lane what was published earlier. How many those
 * are the broker does not tell; they are neither more than wait in the lane beside the run's own, nor more than lie between in the stream.
 * @throws NatsError, for example where the consumers are not made yet
 */
export async function queueStanding(
  { nc, jsm }: NatsLink,
  { lane, model, runId }: { lane: Lane; model: string; runId: string },
  own: number,
): Promise<Standing> {
  const consumers = await Promise.all(
    [lane, ...lanesAbove(lane)].map((each) => jsm.consumers.info(TILES_STREAM, consumerName(each, model))),
  );
  const [ours, ...above] = consumers;
  const first = await firstWaiting(nc, tilesOfRunInLane({ lane, model, runId }));
  const delivered = sum(consumers.map((consumer) => consumer.delivered.consumer_seq));
  if (ours === undefined || first === undefined || first <= ours.delivered.stream_seq) return { ahead: 0, delivered };
  const between = first - ours.delivered.stream_seq - 1;
  const beside = Math.max(0, ours.num_pending - own);
  return { ahead: Math.min(between, beside) + sum(above.map(({ num_pending }) => num_pending)), delivered };
}

/** The place in the stream of the first message on these subjects; undefined where there is none. */
async function firstWaiting(nc: NatsLink['nc'], subjects: string): Promise<number | undefined> {
  const request = JSON.stringify({ seq: 1, next_by_subj: subjects });
  const answer = await nc.request(`$JS.API.STREAM.MSG.GET.${TILES_STREAM}`, request, { timeout: TIMEOUT_MS });
  const { message, error } = Found.parse(answer.json());
  if (error === undefined || error.err_code === NO_MESSAGE) return message?.seq;
  throw new NatsError(error.description, String(error.code));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
