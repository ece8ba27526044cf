import type { CompressedRegion } from '../../slides/compressed-region.ts';
import type { Scores } from '../../domain/messages.ts';
import type { Log, LogFields } from '../../platform/log.ts';
import type { BatchEnd, BatchLabels, BatchMeter } from '../../platform/metrics/batch-meter.ts';
import type { NatsLink } from '../../platform/jetstream/connect-nats.ts';
import { createLookAhead } from '../../platform/jetstream/look-ahead.ts';
import { publishScores } from '../../platform/jetstream/publish-scores.ts';
import type { TileLease } from '../../platform/jetstream/tile-lease.ts';
import type { TileSource } from '../../platform/jetstream/tile-source.ts';
import { unlessAborted } from '../../platform/jetstream/unless-aborted.ts';
import type { Room } from './room.ts';
import { scoreBatch, type ScoreTools } from './score-batch.ts';
import { scoreWarily, type WaryVerdict } from './score-warily.ts';
import type { BatchTracer } from './trace-batches.ts';

export interface ServeTools {
  readonly link: NatsLink;
  readonly source: TileSource;
  readonly log: Log;
  readonly room: Room;
  readonly meter: BatchMeter;
  readonly tracer: BatchTracer;
  /** Aborts when what is still in work at the end is left to others. */
  readonly lastCall: AbortSignal;
  /** How batches of this model are scored. */
  scoreToolsOf(model: string): ScoreTools;
}

/** A store that does not answer is left alone for so long. */
const LATER_MS = 3000;

/**
 * One inference thread's work: takes batches until `signal` aborts, then hands the one ahead back and ends the one in work.
 * While one is computed, the next one's compressed tiles are fetched.
 */
export async function serveBatches(tools: ServeTools, signal: AbortSignal): Promise<void> {
  const regions = new WeakMap<TileLease, Promise<CompressedRegion>>();
  const fetch = (lease: TileLease): Promise<CompressedRegion> => {
    const region = tools.scoreToolsOf(lease.model).fetchBatch(lease.batch);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    region.catch(() => undefined);
    regions.set(lease, region);
    return region;
  };
  // What may have killed its last detector is not touched before that is said.
  const onAhead = (lease: TileLease): unknown =>
    lease.redelivered ? undefined : tools.tracer.ahead(lease, () => fetch(lease));
  const ahead = createLookAhead(tools.source, { onAhead });
  // While scores travel, the thread already computes the next batch: it would stand still for four answers of the broker a batch.
  let telling = Promise.resolve();
  const broken = new AbortController();
  const goOn = AbortSignal.any([signal, broken.signal]);
  goOn.addEventListener('abort', () => void ahead.close(), { once: true });
  try {
    while (!goOn.aborted) {
      const lease = await ahead.next(goOn);
      const trace = tools.tracer.begun(lease);
      trace.within(() => tools.log.debug({ ...idsOf(lease), attempt: lease.batch.attempt }, 'TileBatch:Started'));
      const waitedMs = Math.max(0, Date.now() - lease.storedAtMs);
      tools.meter.begun({ ...labelsOf(lease), waitedMs, redelivered: lease.redelivered });
      const scoring = tools.scoreToolsOf(lease.model);
      const score = () => scoreBatch(scoring, { batch: lease.batch, region: () => regions.get(lease) ?? fetch(lease) });
      const scoreLease = async (): Promise<WaryVerdict> =>
        lease.redelivered
          ? scoreWarily({ ...tools, sayWhy: (why) => sayWhy(tools, why) }, scoring, lease)
          : { verdict: await tools.room.together(score) };
      const hasEnded = (end: BatchEnd): void => {
        tools.meter.ended(labelsOf(lease), end);
        trace.ended(end);
      };
      const ended = await trace.within(() => inTime(tools, lease, scoreLease));
      if (ended === undefined) {
        hasEnded('left');
        break;
      }
      await telling;
      telling = trace.within(() => tell(tools, lease, ended)).then(hasEnded, (thrown: unknown) => broken.abort(thrown));
    }
  } catch (thrown) {
    if (!goOn.aborted) throw thrown;
  } finally {
    await Promise.all([ahead.close(), telling]);
  }
  if (broken.signal.aborted) throw broken.signal.reason;
}

/** Undefined where the last call comes before the end: the batch is given to another detector then. */
async function inTime<T>(
  { lastCall, log }: ServeTools,
  lease: TileLease,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await unlessAborted(work(), lastCall);
  } catch (thrown) {
    if (!lastCall.aborted) throw thrown;
    log.warn({ ...idsOf(lease), handedBack: lease.handBack() }, 'TileBatch:LeftToOthers');
    return undefined;
  }
}

const SAY_WITHIN_MS = 2000;

/** For whoever follows the run; if it cannot be said, the log has it. */
async function sayWhy({ link, log }: Pick<ServeTools, 'link' | 'log'>, why: Scores): Promise<void> {
  const signal = AbortSignal.timeout(SAY_WITHIN_MS);
  const { runId, batch } = why;
  await publishScores(link, why, { signal, log }).catch((error: unknown) =>
    log.warn({ runId, batch, error }, 'Scores:NotSaid'),
  );
}

const idsOf = ({ batch, lane }: TileLease): LogFields => ({
  runId: batch.runId,
  batch: batch.batch,
  lane,
  cells: batch.cells.length,
});

const labelsOf = ({ lane, model }: TileLease): BatchLabels => ({ lane, model });

const ENDS = { scored: 'scored', 'attempt-failed': 'failed', 'run-failed': 'run-failed', delayed: 'later' } as const;

async function tell(tools: ServeTools, lease: TileLease, { verdict, attempt }: WaryVerdict): Promise<BatchEnd> {
  const { link, log, lastCall, meter } = tools;
  const { batch } = lease;
  const ids = idsOf(lease);
  if (verdict.kind === 'told') {
    log.info(ids, 'TileBatch:ToldBefore');
    await lease.done();
    return 'told-before';
  }
  if (verdict.kind === 'later') {
    log.warn({ ...ids, error: verdict.error }, 'TileBatch:HandedBack');
    await sayWhy({ link, log }, verdict.why);
    lease.handBack(LATER_MS);
    return 'later';
  }
  const publish = async (): Promise<true> => {
    await publishScores(link, verdict.scores, { signal: lastCall, log });
    return true;
  };
  if ((await inTime(tools, lease, () => meter.time('publish', publish))) === undefined) return 'left';
  await attempt?.end('told');
  await lease.done();
  const { scores } = verdict;
  if (scores.kind === 'scored') {
    log.info({ ...ids, seconds: scores.seconds, bytes: scores.bytes.read }, 'TileBatch:Scored');
    const failed = scores.failed.length;
    meter.cells(labelsOf(lease), { analysed: scores.scores.length - failed, failed });
    meter.bytes(scores.bytes);
  } else
    log.warn(
      { ...ids, attempt: batch.attempt, reason: 'reason' in scores ? scores.reason : scores.error },
      'TileBatch:Failed',
    );
  return ENDS[scores.kind];
}
