import { H2gError } from '../../domain/error.ts';
import { attemptsOfRun, scoresOfRun, scoresSubject, SCORES_STREAM } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { listBatches } from './list-batches.ts';
import { parseScores } from './parse-scores.ts';
import { openScoresFeed } from './scores-feed.ts';

/**
 * Removes a run's stored words that are no scores, so that its batches can be tried as if for the first time. A batch may be in work just
 * then: what is said on it meanwhile stays. @returns how many there were
 */
export async function forgetFailures(link: NatsLink, log: Log, runId: string): Promise<number> {
  await link.jsm.streams.purge(SCORES_STREAM, { filter: attemptsOfRun(runId) });
  const failed = await wordsWithoutScores(link, log, runId);
  // The server removes what lies before `seq`.
  for (const { batch, sequence } of failed)
    await link.jsm.streams.purge(SCORES_STREAM, { filter: scoresSubject(runId, batch), seq: sequence + 1 });
  return failed.length;
}

interface Word {
  readonly batch: number;
  readonly sequence: number;
}

async function wordsWithoutScores(link: NatsLink, log: Log, runId: string): Promise<Word[]> {
  let left = (await listBatches(link.nc, SCORES_STREAM, scoresOfRun(runId))).size;
  const words: Word[] = [];
  if (left === 0) return words;
  const feed = await openScoresFeed(link, runId);
  try {
    for await (const { data, sequence } of feed) {
      const word = parseScores(data, log);
      if (word !== undefined && word.kind !== 'scored') words.push({ batch: word.batch, sequence });
      left -= 1;
      if (left === 0) return words;
    }
  } finally {
    await feed.close();
  }
  throw new H2gError({
    code: 'queue-unreachable',
    message: `The scores of run ${runId} stopped coming with ${left} still to come.`,
    hint: 'Look whether nats-server runs; the step is tried again.',
  });
}
