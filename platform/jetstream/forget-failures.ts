import { H2gError } from '../../domain/error.ts';
import { attemptsOfRun, scoresOfRun, scoresSubject, SCORES_STREAM } from '../../domain/subjects.ts';
import type { Log } from '../log.ts';
import type { NatsLink } from './connect-nats.ts';
import { listBatches } from './list-batches.ts';
import { parseScores } from './parse-scores.ts';
import { openScoresFeed } from './scores-feed.ts';

/** Removes a run's stored words that are no scores, so that its batches can be tried as if for the first time. @returns how many there were */
export async function forgetFailures(link: NatsLink, log: Log, runId: string): Promise<number> {
  await link.jsm.streams.purge(SCORES_STREAM, { filter: attemptsOfRun(runId) });
  const failed = await batchesWithoutScores(link, log, runId);
  for (const batch of failed) await link.jsm.streams.purge(SCORES_STREAM, { filter: scoresSubject(runId, batch) });
  return failed.length;
}

async function batchesWithoutScores(link: NatsLink, log: Log, runId: string): Promise<number[]> {
  let left = (await listBatches(link.nc, SCORES_STREAM, scoresOfRun(runId))).size;
  const batches: number[] = [];
  if (left === 0) return batches;
  const feed = await openScoresFeed(link, runId);
  try {
    for await (const data of feed) {
      const word = parseScores(data, log);
      if (word !== undefined && word.kind !== 'scored') batches.push(word.batch);
      left -= 1;
      if (left === 0) return batches;
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
