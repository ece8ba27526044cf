import { AckPolicy, nanos, type JetStreamManager } from 'nats';
import { consumerName, LANES, TILES_STREAM, tilesOfLane } from '../../domain/subjects.ts';

/** A batch whose worker has been silent for so long goes to another; longer than a cluster takes to elect a leader (5 to 8 s). */
export const ACK_WAIT_MS = 10_000;

/**
 * One durable pull consumer for each lane of a model; repeating it is harmless, and an existing one gets these settings.
 * @throws NatsError, for example where the stream is missing
 */
export async function ensureConsumers(
  jsm: JetStreamManager,
  model: string,
  { ackWaitMs = ACK_WAIT_MS }: { ackWaitMs?: number } = {},
): Promise<void> {
  await Promise.all(
    LANES.map((lane) =>
      jsm.consumers.add(TILES_STREAM, {
        durable_name: consumerName(lane, model),
        filter_subject: tilesOfLane(lane, model),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ackWaitMs),
        // The default of 1,000 would stall a fleet that holds more.
        max_ack_pending: -1,
        // Attempts are counted in the messages, never by the broker.
        max_deliver: -1,
      }),
    ),
  );
}
