import type { SlideRecord } from '../../domain/cohort.ts';
import { addCounts, hasResults, NO_OUTCOMES } from '../../domain/segment-cohort.ts';
import { findReport, recordOf, storeOutcome } from './cohort-objects.ts';
import type { EndedRun, SegmentCohortActivities } from './contract.ts';
import { inChunks } from './in-chunks.ts';
import type { CohortTools } from './ports.ts';

/** May be done twice: an outcome is one object, and says the same again. */
export const createRecordOutcomes =
  ({ store }: Pick<CohortTools, 'store'>): SegmentCohortActivities['recordOutcomes'] =>
  async ({ cohortId, attempt, ended }) => {
    let counts = NO_OUTCOMES;
    await inChunks(ended, async (run) => {
      const record = await outcomeOf(store, run, attempt);
      await storeOutcome(store, cohortId, record);
      counts = addCounts(counts, { [record.outcome]: 1 });
    });
    return counts;
  };

/** Where there are results they count, however the run has ended; where there are none, how it ended counts. */
async function outcomeOf(store: CohortTools['store'], { runId, end }: EndedRun, attempt: string): Promise<SlideRecord> {
  const report = await findReport(store, runId);
  if (report !== undefined && (hasResults(report.outcome) || end.kind === 'finished')) return recordOf(report, attempt);
  const bare: Omit<SlideRecord, 'outcome'> = { schema: 'h2g-slide-outcome/1', runId, attempt, warnings: [] };
  if (end.kind === 'cancelled') return { ...bare, outcome: 'cancelled' };
  return { ...bare, outcome: 'failed', error: end.kind === 'failed' ? end.error : lostResults(runId) };
}

const lostResults = (runId: string): NonNullable<SlideRecord['error']> => ({
  code: 'object-missing',
  message: `Run ${runId} has finished, but its results are not in the store.`,
  hint: 'Somebody deleted them: run the slide again.',
});
