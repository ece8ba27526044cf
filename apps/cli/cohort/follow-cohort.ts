import { settledCount, workedCount } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { RunProgress } from '../../../platform/run-client.ts';
import type { Backend } from '../backend.ts';
import { createRunWatch, createTroubleNote } from '../progress/watch-progress.ts';
import type { SlideProgress } from '../progress/slide-progress.ts';
import { keepLooking } from '../run/keep-looking.ts';
import type { CohortBoard } from './cohort-board.ts';
import { describeCounts, describeSettled, slidesPerSecond } from './describe-cohort.ts';
import { lookAtRuns } from './look-at-runs.ts';

/** A look costs the server 3 ms, and as much for each run that is shown. */
const LOOK_EVERY_MS = 500;
const RUNS_SHOWN = 8;

export interface FollowCohort {
  readonly cohortId: string;
  readonly board: CohortBoard;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  /** Slides that had their results before; they are settled in no time. */
  readonly doneBefore?: number;
  readonly onProgress?: (progress: CohortProgress) => void;
}

/**
 * Follows a cohort to its end: how many are settled, and what some of those under way do. It asks about no slide that is not under way.
 * @throws H2gError `control-unreachable` when patience has run out; the signal's reason on abort
 */
export async function followCohort(
  { cohorts, runs }: Pick<Backend, 'cohorts' | 'runs'>,
  { cohortId, board, signal, note, doneBefore = 0, onProgress }: FollowCohort,
): Promise<CohortProgress> {
  const watches = new Map<string, (run: RunProgress) => SlideProgress>();
  const trouble = createTroubleNote(note);
  let begun: { worked: number; atMs: number } | undefined;
  let told: string | undefined;

  const look = async (): Promise<{ cohort: CohortProgress; under: readonly RunProgress[] }> => {
    const cohort = await cohorts.progress(cohortId);
    // The server lists them in any order; on the board a slide keeps its place.
    const shown = [...watches.keys()].filter((runId) => cohort.running.includes(runId));
    const others = cohort.running.filter((runId) => !watches.has(runId));
    return { cohort, under: await lookAtRuns(runs, [...shown, ...others].slice(0, RUNS_SHOWN)) };
  };
  const watchOf = (runId: string): ((run: RunProgress) => SlideProgress) => {
    const known = watches.get(runId) ?? createRunWatch(note);
    watches.set(runId, known);
    return known;
  };
  const { cohort } = await keepLooking(look, {
    everyMs: LOOK_EVERY_MS,
    isOver: (seen) => seen.cohort.state.kind !== 'running',
    onTrouble: trouble,
    signal,
    onSeen: (seen) => {
      trouble(undefined);
      const { counts, total } = seen.cohort;
      const settled = settledCount(counts);
      begun ??= { worked: Math.max(doneBefore, workedCount(counts)), atMs: performance.now() };
      const seconds = (performance.now() - begun.atMs) / 1000;
      const rate = slidesPerSecond({ worked: workedCount(counts) - begun.worked, seconds }, seen.under);
      if (seen.cohort.trouble !== undefined && seen.cohort.trouble !== told)
        note(`${seen.cohort.label}: ${seen.cohort.trouble} It is tried again.`);
      told = seen.cohort.trouble ?? told;
      board.show({
        under: seen.under.map((run) => ({ name: run.slideName, progress: watchOf(run.runId)(run) })),
        summary: `${total === undefined ? 'watching, ' : ''}${describeSettled(seen.cohort, rate)}${describeCounts(counts)}`,
        share: total === undefined || total === 0 ? undefined : settled / total,
      });
      for (const runId of watches.keys()) if (!seen.cohort.running.includes(runId)) watches.delete(runId);
      onProgress?.(seen.cohort);
    },
  });
  return cohort;
}
