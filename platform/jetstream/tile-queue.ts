import type { Lane } from '../../domain/run-spec.ts';
import type { TraceContext } from '../../domain/trace-context.ts';
import type { TileBatch } from '../../domain/messages.ts';
import {
  HALT_SUBJECT,
  scoresOfRun,
  SCORES_STREAM,
  TILES_STREAM,
  tilesOfRun,
  tilesSubject,
  wakeSubject,
  wordsOfRun,
} from '../../domain/subjects.ts';
import type { TileQueue } from '../../domain/tile-queue.ts';
import type { Log } from '../log.ts';
import { askHands } from './batches-in-hand.ts';
import type { NatsLink } from './connect-nats.ts';
import { forgetFailures } from './forget-failures.ts';
import { ensureConsumers } from './ensure-consumers.ts';
import { ensureStreams, type StreamOptions } from './ensure-streams.ts';
import { followScores } from './follow-scores.ts';
import type { HaltNotice } from './halt-notice.ts';
import { keepTrying } from './keep-trying.ts';
import { lastWord } from './last-word.ts';
import { listBatches } from './list-batches.ts';
import { natsFault, queueError } from './nats-fault.ts';
import { queueStanding } from './queue-standing.ts';
import { dropStranded } from './stranded-batches.ts';
import { traceHeaders } from './trace-headers.ts';

export interface TileQueueOptions extends StreamOptions {
  readonly log: Log;
  /** Where in a trace whoever dispatches is; the batches carry it to the detectors. */
  readonly place?: () => TraceContext | undefined;
}

/** How long a broker may be away before the activity that asks is told; Temporal then tries the activity again. */
const PATIENCE_MS = 20_000;
const PUBLISHES_AT_ONCE = 64;

/** @throws H2gError from every method: `queue-unreachable` after 20 s, `disk-full` */
export function createTileQueue(
  link: NatsLink,
  { log, replicas = 1, place = () => undefined }: TileQueueOptions,
): TileQueue {
  const { nc, js, jsm } = link;
  const ensure = (): Promise<void> => ensureStreams(jsm, { replicas });
  const patiently = <T>(doing: string, work: () => Promise<T>, onMissing = ensure): Promise<T> =>
    keepTrying(work, { doing, patienceMs: PATIENCE_MS, onMissing });
  const reader = { link, log, ensure };

  const publishBatch = async (target: { lane: Lane; model: string }, batch: TileBatch): Promise<boolean> => {
    const trace = place();
    const options = trace === undefined ? {} : { headers: traceHeaders(trace) };
    try {
      const subject = tilesSubject({ ...target, runId: batch.runId, batch: batch.batch });
      await js.publish(subject, JSON.stringify(batch), options);
      return true;
    } catch (thrown) {
      if (natsFault(thrown) === 'already-there') return false;
      throw thrown;
    }
  };

  /** A try that got no answer may have been stored, and even scored and acknowledged before the next: the stream would take the batch again. */
  const publisherOf = (target: { lane: Lane; model: string }, batch: TileBatch): (() => Promise<boolean>) => {
    let tried = false;
    return async () => {
      if (tried && (await lastWord(link, batch, log))?.kind === 'scored') return true;
      tried = true;
      return publishBatch(target, batch);
    };
  };

  const sendHalt = async (runId: string, halted: boolean): Promise<void> => {
    const { state, created: streamMade } = await jsm.streams.info(TILES_STREAM);
    const notice: HaltNotice = { runId, halted, lastSequence: state.last_seq, streamMade };
    nc.publish(HALT_SUBJECT, JSON.stringify(notice));
  };

  return {
    async dispatch(target, batches, { signal } = {}) {
      const { lane, model } = target;
      const ensureAll = async (): Promise<void> => {
        await ensure();
        await ensureConsumers(jsm, model);
        // A stream that was made anew counts from 1: numbers below those of a halt are no longer those that it meant.
        for (const runId of new Set(batches.map((batch) => batch.runId))) await sendHalt(runId, false);
      };
      await patiently(`make streams and consumers of ${model}`, ensureAll);

      let published = 0;
      await atMost(PUBLISHES_AT_ONCE, batches, async (batch) => {
        signal?.throwIfAborted();
        const doing = `publish batch ${batch.batch} of run ${batch.runId}`;
        if (await patiently(doing, publisherOf(target, batch), ensureAll)) published += 1;
      });
      nc.publish(wakeSubject(model));
      const alreadyThere = batches.length - published;
      log.info({ runId: batches[0]?.runId, lane, model, published, alreadyThere }, 'TileBatches:Dispatched');
      return { published, alreadyThere };
    },

    waitingBatches: (runId) =>
      patiently(`list the batches of run ${runId}`, () => listBatches(nc, TILES_STREAM, tilesOfRun(runId))),

    async dropStranded(run) {
      const ensureAll = (): Promise<void> => ensure().then(() => ensureConsumers(jsm, run.model));
      const inHand = (): Promise<Set<number>> => askHands(link, run.runId, log);
      const doing = `look for lost batches of run ${run.runId}`;
      const dropped = await patiently(doing, () => dropStranded(link, { ...run, inHand }), ensureAll);
      if (dropped > 0) log.warn({ ...run, dropped }, 'TileBatches:Stranded');
      return dropped;
    },

    standing: (run, own) =>
      queueStanding(link, run, own).catch((thrown: unknown) => {
        throw queueError(thrown, `look where run ${run.runId} stands`);
      }),

    purgeRun: (runId) =>
      patiently(`purge the batches of run ${runId}`, async () => {
        const { purged } = await jsm.streams.purge(TILES_STREAM, { filter: tilesOfRun(runId) });
        return purged;
      }),

    batchesInHand: (runId) =>
      patiently(`ask who has batches of run ${runId} in hand`, () => askHands(link, runId, log)),

    halt: (runId) =>
      patiently(`halt run ${runId}`, async () => {
        await sendHalt(runId, true);
        // It is worth nothing while it lies in this process's buffer.
        await nc.flush();
      }),

    followScores: (runId, signal) => followScores(reader, runId, signal),

    scoredBatches: (runId) =>
      patiently(`list the scores of run ${runId}`, () => listBatches(nc, SCORES_STREAM, scoresOfRun(runId))),

    lastWord: (runId, batch) =>
      patiently(`look at batch ${batch} of run ${runId}`, () => lastWord(link, { runId, batch }, log)),

    forgetFailures: (runId) => patiently(`forget the failures of run ${runId}`, () => forgetFailures(link, log, runId)),

    purgeScores: (runId) =>
      patiently(`purge the scores of run ${runId}`, async () => {
        await jsm.streams.purge(SCORES_STREAM, { filter: wordsOfRun(runId) });
      }),
  };
}

/** Works through the items, so many at a time; the first failure ends it. */
async function atMost<T>(workers: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      await work(item).catch((thrown: unknown) => {
        failed = true;
        throw thrown;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker));
}
