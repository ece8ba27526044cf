import { Scores } from '../../domain/messages.ts';
import { scoresSubject } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { keepTrying } from './keep-trying.ts';

export interface PublishOptions {
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Stores the scores of a batch; returns when the stream has them. A broker that is away, or has lost the stream, is waited for: the work
 * is done, and only this can lose it. Storing twice leaves the last.
 * @throws ZodError for scores that are no probabilities (NaN would travel as null, which means a failed cell); the signal's reason; H2gError `disk-full`
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
    onFault: (fault, error) => log.warn({ runId, batch, fault, error }, 'Scores:NotStored'),
  });
}
