import type { RunClient, RunProgress, RunStage } from '../../../platform/run-client.ts';
import { followRun } from '../run/follow-run.ts';
import type { SlideProgress } from './slide-progress.ts';

/** Longer than a busy site takes over one batch, and shorter than a person's patience. */
const LONELY_MS = 30_000;

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
  const watch = createRunWatch(note);
  const trouble = createTroubleNote(note);
  return followRun(runs, {
    runId,
    signal,
    onProgress: (run) => {
      trouble(undefined);
      show(watch(run));
    },
    onTrouble: trouble,
  });
}

/** What is to be shown of one run, look after look; what stands in its way is noted once. */
export function createRunWatch(note: (line: string) => void): (run: RunProgress) => SlideProgress {
  let told: string | undefined;
  const lonely = lonelyWatch(note);
  return (run) => {
    const atMs = performance.now();
    lonely(run, atMs);
    if (run.trouble !== undefined && run.trouble !== told) note(`${run.slideName}: ${run.trouble} It is tried again.`);
    told = run.trouble ?? told;
    return { kind: 'following', run };
  };
}

/** Notes once that a server is away; undefined: it answers again. */
export function createTroubleNote(note: (line: string) => void): (message: string | undefined) => void {
  let isAway = false;
  return (message) => {
    if (message !== undefined && !isAway) note(`${message} Waiting for it; the work itself goes on.`);
    isAway = message !== undefined;
  };
}

/** Who would have to move a run that stands still, by the stage it stands in; the other stages have their own deadlines. */
const MISSING: Partial<Record<RunStage, string>> = {
  waiting:
    'no worker had a place for this run. Others may go before it (h2g status); else, does an orchestrator run? (h2g worker orchestrator)',
  detecting:
    'no cell was settled. Does a detector serve this bundle, and is it reached? (h2g worker detector, with H2G_BUNDLES)',
};

function lonelyWatch(note: (line: string) => void): (run: RunProgress, atMs: number) => void {
  let still = { at: '', sinceMs: 0, isSaid: false };
  return ({ state, slideName, cells, etaSeconds }, atMs) => {
    const stage = state.kind === 'running' && !state.paused ? state.stage : undefined;
    // Where its end is foreseen, the batches of others are worked through.
    const isMoving = stage === 'detecting' && etaSeconds !== undefined;
    const at = `${stage ?? ''}/${cells?.done ?? ''}/${isMoving ? atMs : ''}`;
    if (still.at !== at) still = { at, sinceMs: atMs, isSaid: false };
    const missing = stage === undefined ? undefined : MISSING[stage];
    if (missing === undefined || still.isSaid || atMs - still.sinceMs < LONELY_MS) return;
    still.isSaid = true;
    note(`${slideName}: for ${LONELY_MS / 1000} s ${missing}`);
  };
}
