import { CLEAN, trailOf, type AttemptBegun, type Trail } from '../../domain/attempt-begun.ts';
import type { Scores, TileBatch } from '../../domain/messages.ts';
import { attemptSubject } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { keepTrying } from './keep-trying.ts';
import { lastAttempt, lastWord } from './last-word.ts';

/** Another try of a batch that somebody had before, with what is known of those. */
export interface Attempt {
  readonly trail: Trail;
  /** Says what is begun now, so that it is known should this process die of it. */
  begin(what: 'whole' | number): Promise<void>;
  /** It has ended and this process lives: `told`, so nothing need be remembered, or `handed-back`, as `delayed` because its tiles could not be read. */
  end(how: 'told' | 'handed-back' | 'delayed'): Promise<void>;
}

interface Who {
  readonly worker: string;
  readonly log: Log;
}

/** A broker that is away is waited for: the lease is kept alive meanwhile. */
const patiently = <T>({ runId, batch }: TileBatch, work: () => Promise<T>): Promise<T> =>
  keepTrying(work, { doing: `look at batch ${batch} of run ${runId}`, patienceMs: Infinity });

/**
 * What came of a batch's earlier deliveries; `ended` where its word lies in the stream and only the ack was lost.
 * @throws H2gError `queue-unreachable` when this process has closed its connection
 */
export async function openAttempt(
  link: NatsLink,
  message: TileBatch,
  { worker, log }: Who,
): Promise<Attempt | 'ended'> {
  const { runId, batch, attempt } = message;
  if (hasEnded(await patiently(message, () => lastWord(link, message, log)), message)) return 'ended';
  const trail = trailOf(await patiently(message, () => lastAttempt(link, message, log)), attempt);
  const subject = attemptSubject(runId, batch);
  const say = async (begun: AttemptBegun['begun'], known: Trail = trail): Promise<void> => {
    const word: AttemptBegun = { runId, batch, worker, attempt, ...known, begun };
    await patiently(message, () => link.js.publish(subject, JSON.stringify(word)));
  };
  return {
    trail,
    begin: (what) => say(what),
    end: (how) => {
      if (how === 'delayed') return say(null, { ...trail, delays: trail.delays + 1 });
      // A word without anything to remember, not a purge: a detector's user need not be allowed to remove what others said.
      return say(null, how === 'told' ? CLEAN : trail);
    },
  };
}

/** `delayed` is said of a batch that goes back to the queue. */
function hasEnded(word: Scores | undefined, { attempt }: TileBatch): boolean {
  switch (word?.kind) {
    case 'scored':
    case 'run-failed':
      return true;
    case 'attempt-failed':
      return word.attempt >= attempt;
    case 'delayed':
    case undefined:
      return false;
  }
}
