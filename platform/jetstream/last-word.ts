import type { z } from 'zod';
import { AttemptBegun } from '../../domain/attempt-begun.ts';
import { Scores } from '../../domain/messages.ts';
import { attemptSubject, SCORES_STREAM, scoresSubject } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { natsFault } from './nats-fault.ts';

export interface BatchId {
  readonly runId: string;
  readonly batch: number;
}

type Link = Pick<NatsLink, 'jsm'>;

/**
 * The word that stands on a batch, asked of the stream itself; undefined where none does or none can be read.
 * @throws NatsError where the stream is missing or gives no answer
 */
export const lastWord = (link: Link, { runId, batch }: BatchId, log: Log): Promise<Scores | undefined> =>
  lastOf(link, { subject: scoresSubject(runId, batch), schema: Scores, log });

/** The same for what its last detector said when it began. */
export const lastAttempt = (link: Link, { runId, batch }: BatchId, log: Log): Promise<AttemptBegun | undefined> =>
  lastOf(link, { subject: attemptSubject(runId, batch), schema: AttemptBegun, log });

interface Asked<T> {
  readonly subject: string;
  readonly schema: z.ZodType<T>;
  readonly log: Log;
}

async function lastOf<T>({ jsm }: Link, { subject, schema, log }: Asked<T>): Promise<T | undefined> {
  try {
    const { data } = await jsm.streams.getMessage(SCORES_STREAM, { last_by_subj: subject });
    return parse(data, { subject, schema, log });
  } catch (thrown) {
    if (natsFault(thrown) === 'empty') return undefined;
    throw thrown;
  }
}

/** What cannot be read counts as nothing said. */
function parse<T>(data: Uint8Array, { subject, schema, log }: Asked<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch (error) {
    log.error({ subject, error }, 'LastWord:Unreadable');
    return undefined;
  }
}
