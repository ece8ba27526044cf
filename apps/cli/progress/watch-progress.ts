import type { RunClient, RunProgress } from '../../../platform/run-client.ts';
import { followRun } from '../run/follow-run.ts';
import { addSample, cellsPerSecond, type RateSample } from './cell-rate.ts';
import type { SlideProgress } from './slide-progress.ts';

/** No worker takes a task for so long only where none runs. */
const LONELY_MS = 20_000;

export interface WatchOptions {
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly show: (progress: SlideProgress) => void;
  readonly note: (line: string) => void;
}

/** Follows a run to its end and shows it with its speed; says so, once, when nobody seems to work on it. */
export async function watchProgress(
  runs: Pick<RunClient, 'progress'>,
  { runId, signal, show, note }: WatchOptions,
): Promise<RunProgress> {
  let samples: RateSample[] = [];
  let trouble: string | undefined;
  const lonely = lonelyWatch(note);
  return followRun(runs, {
    runId,
    signal,
    onProgress: (run) => {
      const atMs = performance.now();
      samples = addSample(samples, { atMs, done: run.cells.done });
      lonely(run, atMs);
      trouble = undefined;
      show({ kind: 'following', run, cellsPerSecond: cellsPerSecond(samples) });
    },
    onTrouble: (message) => {
      if (trouble === undefined) note(`${message} Waiting for it; the run itself goes on.`);
      trouble = message;
    },
  });
}

function lonelyWatch(note: (line: string) => void): (run: RunProgress, atMs: number) => void {
  let since: number | undefined;
  let isSaid = false;
  return ({ state, slideName }, atMs) => {
    const isWaiting = state.kind === 'running' && state.stage === 'waiting' && !state.paused;
    since = isWaiting ? (since ?? atMs) : undefined;
    if (isSaid || since === undefined || atMs - since < LONELY_MS) return;
    isSaid = true;
    note(
      `${slideName}: no worker has taken this run for 20 s. Does an orchestrator run? (h2g worker orchestrator, h2g doctor)`,
    );
  };
}
