import { Scores } from '../../domain/messages.ts';
import { scoresSubject } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { keepTrying } from './keep-trying.ts';
import type { NatsFault } from './nats-fault.ts';

export interface PublishOptions {
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Also a full disk: somebody will free it, and a detector that gave up would only do the same batch again. */
const WAITED_FOR: ReadonlySet<NatsFault> = new Set(['missing', 'away', 'disk-full']);

/**
 * Stores the scores of a batch; returns when the stream has them. A broker that is away, is full, or has lost the stream is waited for: the work
 * is done, and only this can lose it. Storing twice leaves the last.
 * @throws ZodError for scores that are no probabilities (NaN would travel as null, which means a failed cell); the signal's reason; H2gError `queue-unreachable` when this process has closed its connection
 */
export async function publishScores(
  { js }: Pick<NatsLink, 'js'>,
  scores: Scores,
  { signal, log }: PublishOptions,
): Promise<void> {
  const { runId, batch } = scores;
  const payload = JSON.stringify(Scores.parse(scores));
  await keepTrying(() => js.publish(scoresSubject(runId, batch), payload), {
    doing: `store the scores of batch ${batch} of run ${runId}`,
    signal,
    patienceMs: Infinity,
    passing: WAITED_FOR,
    onFault: (fault, error) => log.warn({ runId, batch, fault, error }, 'Scores:NotStored'),
  });
}
