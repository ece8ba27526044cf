import type { Msg, NatsConnection } from 'nats';
import { z } from 'zod';
import { HANDS_SUBJECT } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { pause } from './pause.ts';

const Question = z.object({ runId: z.string().min(1) });
type Question = z.infer<typeof Question>;
const Answer = z.object({ batches: z.array(z.int().min(0)) });
type Answer = z.infer<typeof Answer>;

/** A detector answers within milliseconds; how many there are nobody knows. */
const ANSWERS_WITHIN_MS = 300;
const LINE_TIMEOUT_MS = 1_000;
const NO_RESPONDERS = 503;

/** Answers whoever asks which batches of a run this detector is at work on; one with none is silent. */
export function answerHands(
  nc: NatsConnection,
  batchesOf: (runId: string) => number[],
  log: Log,
): { unsubscribe(): void } {
  return nc.subscribe(HANDS_SUBJECT, {
    callback: (error, message) => {
      const question = error === null ? read(Question, message, log) : undefined;
      const batches = question === undefined ? [] : batchesOf(question.runId);
      if (batches.length > 0) message.respond(JSON.stringify({ batches } satisfies Answer));
    },
  });
}

/**
 * The batches of a run that detectors are at work on, as they say within 300 ms. A purge takes a batch in work out of the queue, so nobody
 * else knows.
 * @throws NatsError where the broker gives no answer
 */
export async function askHands(
  { nc, inbox }: Pick<NatsLink, 'nc' | 'inbox'>,
  runId: string,
  log: Log,
): Promise<Set<number>> {
  const batches = new Set<number>();
  const nobodyThere = new AbortController();
  const answers = nc.subscribe(inbox(), {
    callback: (error, message) => {
      if (message.headers?.code === NO_RESPONDERS) return nobodyThere.abort();
      const answer = error === null ? read(Answer, message, log) : undefined;
      for (const batch of answer?.batches ?? []) batches.add(batch);
    },
  });
  try {
    nc.publish(HANDS_SUBJECT, JSON.stringify({ runId } satisfies Question), { reply: answers.getSubject() });
    // What the broker answers to this shows that it has heard the question too.
    await nc.request('$JS.API.INFO', undefined, { timeout: LINE_TIMEOUT_MS });
    await pause(ANSWERS_WITHIN_MS, nobodyThere.signal).catch(() => undefined);
    return batches;
  } finally {
    answers.unsubscribe();
  }
}

function read<T>(schema: z.ZodType<T>, message: Msg, log: Log): T | undefined {
  try {
    return schema.parse(message.json());
  } catch (error) {
    log.error({ subject: message.subject, error }, 'Hands:Unreadable');
    return undefined;
  }
}
