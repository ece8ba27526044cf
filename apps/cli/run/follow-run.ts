import { H2gError } from '../../../domain/error.ts';
import type { RunClient, RunProgress } from '../../../platform/run-client.ts';
import { keepLooking } from './keep-looking.ts';

/** A look costs the server 3 ms. */
const LOOK_EVERY_MS = 300;

export interface FollowOptions {
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** The control server does not answer just now. */
  readonly onTrouble: (message: string) => void;
  readonly patienceMs?: number;
}

/**
 * Follows a run to its end; servers that are away for a while are waited for.
 * @throws H2gError of a failed run, `run-cancelled`, or `control-unreachable` when patience has run out; the signal's reason on abort
 */
export async function followRun(runs: Pick<RunClient, 'progress'>, options: FollowOptions): Promise<RunProgress> {
  const { runId, signal, onProgress, onTrouble, patienceMs } = options;
  const ended = await keepLooking(() => runs.progress(runId), {
    everyMs: LOOK_EVERY_MS,
    isOver: ({ state }) => state.kind !== 'running',
    onSeen: onProgress,
    onTrouble,
    signal,
    patienceMs,
  });
  return settled(ended);
}

function settled(progress: RunProgress): RunProgress {
  const { state, runId, slideName } = progress;
  if (state.kind === 'failed') throw new H2gError(state.error);
  if (state.kind === 'cancelled')
    throw new H2gError({
      code: 'run-cancelled',
      message: `Run ${runId} of ${slideName} was cancelled.`,
      hint: 'Start it again with h2g run; batches that were done are not done twice.',
    });
  return progress;
}
