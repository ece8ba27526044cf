/** What a message of JetStream tells of itself in its reply subject. */
export interface AckNumbers {
  /** How often it was delivered, this time included: a hint only, since hand-backs raise it and a server that was killed may forget it. */
  readonly deliveries: number;
  /** Its place in the stream. */
  readonly streamSequence: number;
  /** Its number among the messages of its consumer, from 1. */
  readonly deliverySequence: number;
  /** When the stream stored it, in milliseconds since 1970 by the broker's clock. */
  readonly storedAtMs: number;
}

const SHORT_TOKENS = 9;
const NS_PER_MS = 1e6;

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<delivery sequence>.<time>.<pending>`, or its longer form with domain
 * and account after `$JS.ACK`.
 * @throws Error for any other subject
 */
export function parseAckSubject(reply: string): AckNumbers {
  const tokens = reply.split('.');
  const first = tokens.length === SHORT_TOKENS ? 4 : 6;
  const [deliveries, streamSequence, deliverySequence, storedAtNs] = tokens.slice(first).map(Number);
  if (
    !reply.startsWith('$JS.ACK.') ||
    !isCount(deliveries) ||
    !isCount(streamSequence) ||
    !isCount(deliverySequence) ||
    !isCount(storedAtNs)
  )
    throw new Error(`"${reply}" is not the reply subject of a JetStream message`);
  return { deliveries, streamSequence, deliverySequence, storedAtMs: storedAtNs / NS_PER_MS };
}

const isCount = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value);
