import type { RunProgress, RunStage, RunState } from '../../../platform/run-client.ts';
import { formatBytes, formatCount, formatDuration, formatShare } from '../format-quantity.ts';
import type { SlideProgress } from './slide-progress.ts';

const STAGE_WORDS: Record<RunStage, string> = {
  waiting: 'waiting for a worker',
  planning: 'planning: finding tissue',
  detecting: 'detecting',
  refining: 'refining the mask',
  delivering: 'writing the results',
};

/** A state in a few words. */
export function describeState(state: RunState): string {
  switch (state.kind) {
    case 'running':
      return state.paused ? `paused while ${STAGE_WORDS[state.stage]}` : STAGE_WORDS[state.stage];
    case 'finished':
      return `finished: ${state.outcome}`;
    case 'failed':
      return `failed: ${state.error.message}`;
    case 'cancelled':
      return 'cancelled';
  }
}

/** The share of its work that a slide has done, from 0 to 1; undefined where it cannot be known yet. */
export function shareDone(progress: SlideProgress): number | undefined {
  switch (progress.kind) {
    case 'uploading':
      return progress.sizeBytes === 0 ? 1 : progress.sentBytes / progress.sizeBytes;
    case 'following': {
      const { cells } = progress.run;
      return cells === undefined || cells.total === 0 ? undefined : cells.done / cells.total;
    }
    case 'preparing':
    case 'settled':
      return undefined;
  }
}

/** `120 of 225 cells (53.3 %)`, with the failed ones if there are any; empty where they are not known. */
export function describeCells(cells: RunProgress['cells']): string {
  if (cells === undefined) return '';
  const { done, total, failed } = cells;
  if (total === 0) return 'none';
  const lost = failed === 0 ? '' : `, ${failed} failed`;
  return `${done} of ${total} cells (${formatShare(done / total)})${lost}`;
}

function describeRun({ state, cells, cellsPerSecond: rate, batchesAhead, etaSeconds }: RunProgress): string {
  const isPaused = state.kind === 'running' && state.paused;
  const moving = isPaused
    ? []
    : [
        batchesAhead === undefined || batchesAhead === 0
          ? ''
          : `after ${formatCount(batchesAhead, 'batch', 'batches')} of others`,
        rate === undefined ? '' : `${rate.toFixed(rate < 10 ? 1 : 0)} cells/s`,
        etaSeconds === undefined ? '' : `${describeTimeLeft(etaSeconds)} left`,
      ];
  return [describeState(state), describeCells(cells), ...moving].filter((part) => part !== '').join(', ');
}

/** Empty where it is not known. */
export const describeTimeLeft = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `about ${formatDuration(seconds)}`;

/** What a slide is doing, as one sentence without its name. */
export function describeProgress(progress: SlideProgress): string {
  switch (progress.kind) {
    case 'preparing':
      return progress.detail === undefined ? progress.doing : `${progress.doing}: ${progress.detail}`;
    case 'uploading':
      return `uploading, ${formatBytes(progress.sentBytes)} of ${formatBytes(progress.sizeBytes)}`;
    case 'following':
      return describeRun(progress.run);
    case 'settled':
      return 'settled';
  }
}
