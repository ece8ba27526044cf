import { AckPolicy, DeliverPolicy, isFlowControlMsg, nanos, ReplayPolicy } from 'nats';
import type { Msg, NatsConnection, Subscription } from 'nats';
import { scoresOfRun, SCORES_STREAM } from '../../domain/subjects.ts';
import { parseAckSubject, type AckNumbers } from './ack-subject.ts';
import type { NatsLink } from './connect-nats.ts';

export interface StoredWord {
  readonly data: Uint8Array;
  /** Its place in the stream: whatever was said later on the same batch has a higher one. */
  readonly sequence: number;
}

/** The stored messages of one run in their order, then those that come. Ends (without an error) when the line to it is lost. */
export interface ScoresFeed extends AsyncIterable<StoredWord> {
  close(): Promise<void>;
}

const HEARTBEAT_MS = 1_000;
/** Three heartbeats missed: the consumer, the stream or the server is gone. */
const SILENCE_MS = 3_000;
/** The server forgets a consumer that nobody listens to. */
const FORGET_AFTER_MS = 30_000;

/**
 * Opens a feed with a consumer of its own, in the server's memory and without acks. A gap in its numbers, or silence, ends it; whoever
 * reads opens another, which begins from the first message again. So nothing is ever missed, also not when the stream was made anew.
 * @throws NatsError, for example where the stream is missing
 */
export async function openScoresFeed({ nc, jsm, inbox }: NatsLink, runId: string): Promise<ScoresFeed> {
  const subject = inbox();
  const subscription = nc.subscribe(subject);
  try {
    const consumer = await jsm.consumers.add(SCORES_STREAM, {
      deliver_subject: subject,
      filter_subject: scoresOfRun(runId),
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      flow_control: true,
      idle_heartbeat: nanos(HEARTBEAT_MS),
      inactive_threshold: nanos(FORGET_AFTER_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    return {
      [Symbol.asyncIterator]: () => readFeed(nc, subscription),
      async close() {
        subscription.unsubscribe();
        // Tidiness only: the server forgets it by itself.
        await jsm.consumers.delete(SCORES_STREAM, consumer.name).catch(() => undefined);
      },
    };
  } catch (thrown) {
    subscription.unsubscribe();
    throw thrown;
  }
}

async function* readFeed(nc: NatsConnection, subscription: Subscription): AsyncGenerator<StoredWord> {
  const messages = subscription[Symbol.asyncIterator]();
  for (let expected = 1; ;) {
    const message = await nextOrSilence(messages, subscription);
    if (message === undefined) return;
    const heard = hear(nc, message);
    if (heard.kind === 'message') {
      if (heard.deliverySequence !== expected) return;
      expected += 1;
      yield { data: message.data, sequence: heard.streamSequence };
    } else if (heard.delivered !== undefined && heard.delivered >= expected) return;
  }
}

/** Undefined when the subscription has ended, also because nothing was heard for `SILENCE_MS`. */
async function nextOrSilence(messages: AsyncIterator<Msg>, subscription: Subscription): Promise<Msg | undefined> {
  const silence = setTimeout(() => subscription.unsubscribe(), SILENCE_MS);
  try {
    const { done, value } = await messages.next();
    return done === true ? undefined : value;
  } finally {
    clearTimeout(silence);
  }
}

type Heard = ({ kind: 'message' } & AckNumbers) | { kind: 'sign'; delivered: number | undefined };

/** A message with its number among this consumer's, or a sign of life: a heartbeat has the number of the last one sent. */
function hear(nc: NatsConnection, message: Msg): Heard {
  if (!isFlowControlMsg(message)) {
    return { kind: 'message', ...parseAckSubject(message.reply ?? '') };
  }
  const stalled = message.headers?.get('Nats-Consumer-Stalled') ?? '';
  if (stalled !== '') nc.publish(stalled);
  if (message.reply !== undefined && message.reply !== '') message.respond();
  const last = message.headers?.get('Nats-Last-Consumer') ?? '';
  return { kind: 'sign', delivered: last === '' ? undefined : Number(last) };
}
