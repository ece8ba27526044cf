import { addCounts, NO_OUTCOMES } from '../../domain/segment-cohort.ts';
import { loadCohort, loadPage, settleFromReport } from './cohort-objects.ts';
import type { SegmentCohortActivities, TakenSlide } from './contract.ts';
import { inChunks } from './in-chunks.ts';
import type { CohortTools } from './ports.ts';

/** Temporal forgets runs after its retention; what is done is told by the reports in the store. */
export const createTakePage =
  ({ store }: Pick<CohortTools, 'store'>): SegmentCohortActivities['takePage'] =>
  async ({ cohortId, attempt, page }) => {
    const { bundle, options, source } = await loadCohort(store, cohortId);
    const { slides } = await loadPage(store, cohortId, page);
    let settled = NO_OUTCOMES;
    const toRun = await inChunks(slides, async ({ run }): Promise<TakenSlide[]> => {
      if (run?.repeated === true) return [];
      const outcome = run === undefined ? 'refused' : await settleFromReport(store, { cohortId, attempt, ...run });
      if (outcome !== undefined) settled = addCounts(settled, { [outcome]: 1 });
      return run === undefined || outcome !== undefined ? [] : [run];
    });
    return { bundle, options, slides: toRun.flat(), settled, more: source.kind === 'list' && page + 1 < source.pages };
  };
