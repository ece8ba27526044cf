import { AckPolicy, nanos, NatsError, type ConsumerUpdateConfig, type JetStreamManager } from 'nats';
import { LANES } from '../../domain/run-spec.ts';
import { consumerName, TILES_STREAM, tilesOfLane } from '../../domain/subjects.ts';

/** A batch whose worker has been silent for so long goes to another; longer than a cluster takes to elect a leader (5 to 8 s). */
export const ACK_WAIT_MS = 10_000;

/** The server's error code for a consumer of that name with other settings. */
const OTHER_SETTINGS = 10148;

/**
 * One durable pull consumer for each lane of a model; repeating it is harmless, and an existing one gets these settings.
 * @throws NatsError, for example where the stream is missing
 */
export async function ensureConsumers(
  jsm: JetStreamManager,
  model: string,
  { ackWaitMs = ACK_WAIT_MS }: { ackWaitMs?: number } = {},
): Promise<void> {
  const settings: ConsumerUpdateConfig = {
    ack_wait: nanos(ackWaitMs),
    // The default of 1,000 would stall a fleet that holds more.
    max_ack_pending: -1,
    // Attempts are counted in the messages, never by the broker.
    max_deliver: -1,
  };
  await Promise.all(
    LANES.map((lane) => {
      const filter_subject = tilesOfLane(lane, model);
      return ensureConsumer(jsm, consumerName(lane, model), { ...settings, filter_subject });
    }),
  );
}

async function ensureConsumer(jsm: JetStreamManager, name: string, settings: ConsumerUpdateConfig): Promise<void> {
  try {
    await jsm.consumers.add(TILES_STREAM, { ...settings, durable_name: name, ack_policy: AckPolicy.Explicit });
  } catch (thrown) {
    if (!(thrown instanceof NatsError) || thrown.api_error?.err_code !== OTHER_SETTINGS) throw thrown;
    await jsm.consumers.update(TILES_STREAM, name, settings);
  }
}
