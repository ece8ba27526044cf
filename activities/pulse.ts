import { heartbeat, cancellationSignal } from '@temporalio/activity';
import type { StageProgress } from '../domain/segment-slide.ts';

const BEAT_MS = 1000;

/** How an activity shows that it lives, and learns that it is to stop. */
export interface Pulse {
  readonly signal: AbortSignal;
  /** What the next heartbeats will say. */
  report(progress: Omit<StageProgress, 'stage'>): void;
}

const UNKNOWN: Omit<StageProgress, 'stage'> = { done: 0, total: 0, failed: 0 };

/** Heartbeats every second while `work` goes on: a dead worker is noticed by their absence, in any activity. */
export async function withPulse<T>(stage: StageProgress['stage'], work: (pulse: Pulse) => Promise<T>): Promise<T> {
  let details: StageProgress = { stage, ...UNKNOWN };
  const pulse: Pulse = {
    signal: cancellationSignal(),
    report: (progress) => {
      details = { stage, ...progress };
    },
  };
  return keepBeating(
    () => details,
    () => work(pulse),
  );
}

/** The same for an activity of another kind; the server keeps what `details` said last. What is over within a second costs the server no beat. */
export async function keepBeating<T>(details: () => unknown, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(details()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
