import { isSuspect, modeAfter } from '../../domain/attempt-begun.ts';
import type { Scores } from '../../domain/messages.ts';
import type { NatsLink } from '../../platform/jetstream/connect-nats.ts';
import { openAttempt, type Attempt } from '../../platform/jetstream/open-attempt.ts';
import type { TileLease } from '../../platform/jetstream/tile-lease.ts';
import type { Log } from '../../platform/log.ts';
import { scoreBatch, type BatchVerdict, type ScoreTools } from './score-batch.ts';
import type { Room } from './room.ts';

export interface WaryTools {
  readonly link: NatsLink;
  readonly log: Log;
  readonly room: Room;
  /** Aborts when what is still in work at the end is left to others. */
  readonly lastCall?: AbortSignal;
  /** Says why a batch takes longer. */
  sayWhy(why: Scores): Promise<void>;
}

export interface WaryVerdict {
  readonly verdict: BatchVerdict | { readonly kind: 'told' };
  readonly attempt?: Attempt;
}

/**
 * Scores a batch that somebody had before and did not end. What is begun is said first, in case this process dies of it too; a batch that is suspect
 * is alone in it. One whose word was stored and only the ack lost is not done again.
 */
export async function scoreWarily(tools: WaryTools, scoring: ScoreTools, { batch }: TileLease): Promise<WaryVerdict> {
  const { link, log, room } = tools;
  const ids = { runId: batch.runId, batch: batch.batch };
  const attempt = await openAttempt(link, batch, { worker: scoring.worker, log });
  if (attempt === 'ended') return { verdict: { kind: 'told' } };
  const { trail } = attempt;
  const mode = modeAfter(batch.mode, trail);
  const score = (): Promise<BatchVerdict> =>
    letGoOnLastCall(tools.lastCall, attempt, () =>
      scoreBatch(scoring, { batch: { ...batch, mode }, region: () => scoring.fetchBatch(batch), attempt }),
    );
  if (!isSuspect(trail)) return afterwards(attempt, await room.together(score));
  log.warn({ ...ids, ...trail, mode }, 'TileBatch:Suspect');
  const died = trail.crashes + trail.lost.length;
  const reason = `Batch ${batch.batch} has ended ${died} ${died === 1 ? 'detector' : 'detectors'}; it is tried again, alone${mode === 'cells' ? ' and cell by cell' : ''}.`;
  await tools.sayWhy({ kind: 'delayed', ...ids, worker: scoring.worker, reason });
  return afterwards(attempt, await room.alone(score));
}

/** A batch that is handed back in mid-work, since its detector is asked to stop, has killed nobody. */
async function letGoOnLastCall<T>(
  lastCall: AbortSignal | undefined,
  attempt: Attempt,
  work: () => Promise<T>,
): Promise<T> {
  const letGo = (): void => void attempt.end('handed-back').catch(() => undefined);
  lastCall?.addEventListener('abort', letGo, { once: true });
  try {
    return await work();
  } finally {
    lastCall?.removeEventListener('abort', letGo);
  }
}

/** What goes back to the queue has ended here and now. */
async function afterwards(attempt: Attempt, verdict: BatchVerdict): Promise<WaryVerdict> {
  if (verdict.kind !== 'later') return { attempt, verdict };
  await attempt.end(verdict.error.code === 'tiles-io' ? 'delayed' : 'handed-back');
  return { verdict };
}
