import { checkJsError, deadline, ErrorCode, NatsError, type Msg, type NatsConnection } from 'nats';
import type { Lane } from '../../domain/run-spec.ts';
import { consumerName, TILES_STREAM } from '../../domain/subjects.ts';
import type { TraceContext } from '../../domain/trace-context.ts';
import { parseAckSubject } from './ack-subject.ts';
import { traceOf } from './trace-headers.ts';

/** A message that was delivered and waits to be acknowledged. */
export interface PulledMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Where acks, signs of life and hand-backs go. The client's own `JsMsg` hides it, and with it a second try of an ack. */
  readonly reply: string;
  /** Its place in the tile stream. */
  readonly sequence: number;
  /** How often it was delivered, this time included: a hint only. */
  readonly deliveries: number;
  /** When the broker stored it, in milliseconds since 1970 by its clock. */
  readonly storedAtMs: number;
  /** When it was asked for, by `performance.now()`: its lease cannot have begun before. */
  readonly askedAtMs: number;
  /** Where it was sent from, if that is traced. */
  readonly trace: TraceContext | undefined;
}

const TIMEOUT_MS = 1_000;
const PULL_NOW = JSON.stringify({ batch: 1, no_wait: true });

/** Takes a batch of this lane if one waits now. @throws NatsError 404 or 408 where none does, 503 where the consumer is gone */
export async function pullMessage(nc: NatsConnection, lane: Lane, model: string): Promise<PulledMessage> {
  const askedAtMs = performance.now();
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${TILES_STREAM}.${consumerName(lane, model)}`;
  // The answer comes under the batch's own subject, which the client's shared inbox would not recognise.
  const asked = nc.request(subject, PULL_NOW, { timeout: TIMEOUT_MS, noMux: true });
  // Where the connection is closed meanwhile, the client forgets such a request with its timer.
  const message = await deadline(asked, 2 * TIMEOUT_MS);
  const refusal = checkJsError(message);
  if (refusal !== null) throw refusal;
  return { ...delivered(message), askedAtMs };
}

function delivered({ subject, data, reply, headers }: Msg): Omit<PulledMessage, 'askedAtMs'> {
  if (reply === undefined) throw new NatsError(`the message on ${subject} has no reply subject`, ErrorCode.BadPayload);
  const { streamSequence: sequence, deliveries, storedAtMs } = parseAckSubject(reply);
  return { subject, data, reply, sequence, deliveries, storedAtMs, trace: traceOf(headers) };
}
