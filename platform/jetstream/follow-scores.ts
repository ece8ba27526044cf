import type { Scores } from '../../domain/messages.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { keepTrying } from './keep-trying.ts';
import { parseScores } from './parse-scores.ts';
import { openScoresFeed, type ScoresFeed } from './scores-feed.ts';

export interface ScoresReader {
  readonly link: NatsLink;
  readonly log: Log;
  /** Makes the streams again where they are gone. */
  readonly ensure: () => Promise<void>;
}

/**
 * The last word on each batch of a run, then what comes, until `signal` aborts. After a lost line or a lost stream it begins again from the
 * first, so a message may come twice. A broker that is away is waited for.
 * @throws H2gError `queue-unreachable` only when this process has closed its connection; `disk-full`
 */
export async function* followScores(reader: ScoresReader, runId: string, signal: AbortSignal): AsyncGenerator<Scores> {
  while (!signal.aborted) {
    const feed = await openPatiently(reader, { runId, signal });
    if (feed === undefined) return;
    yield* readUntil(feed, { signal, log: reader.log });
    if (!signal.aborted) reader.log.warn({ runId }, 'ScoresFeed:Lost');
  }
}

async function* readUntil(
  feed: ScoresFeed,
  { signal, log }: { signal: AbortSignal; log: Log },
): AsyncGenerator<Scores> {
  const close = (): void => void feed.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const { data } of feed) {
      if (signal.aborted) return;
      const scores = parseScores(data, log);
      if (scores !== undefined) yield scores;
    }
  } finally {
    signal.removeEventListener('abort', close);
    await feed.close();
  }
}

/** Undefined when `signal` aborts meanwhile. */
async function openPatiently(
  { link, log, ensure }: ScoresReader,
  { runId, signal }: { runId: string; signal: AbortSignal },
): Promise<ScoresFeed | undefined> {
  try {
    return await keepTrying(() => openScoresFeed(link, runId), {
      doing: `follow the scores of run ${runId}`,
      signal,
      patienceMs: Infinity,
      onMissing: ensure,
      onFault: (fault) => log.warn({ runId, fault }, 'ScoresFeed:Refused'),
    });
  } catch (thrown) {
    if (signal.aborted) return undefined;
    throw thrown;
  }
}
