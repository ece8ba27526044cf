import { CohortPage, CohortRecord, figuresOf, type SlideRecord } from '../../domain/cohort.ts';
import { H2gError } from '../../domain/error.ts';
import { cohortKey, cohortPageKey, outcomeKey, resultKey, RESULT_FILES } from '../../domain/keys.ts';
import type { ObjectStore } from '../../domain/object-store.ts';
import { Report, type Outcome } from '../../domain/report.ts';
import { hasResults } from '../../domain/segment-cohort.ts';
import { encodeJson } from '../load-plan.ts';

type Read = Pick<ObjectStore, 'get'>;

const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** @throws H2gError `object-missing` where somebody deleted it */
export const loadCohort = async (store: Read, cohortId: string): Promise<CohortRecord> =>
  CohortRecord.parse(parsed(await store.get(cohortKey(cohortId))));

/** @throws H2gError `object-missing` where somebody deleted it */
export const loadPage = async (store: Read, cohortId: string, page: number): Promise<CohortPage> =>
  CohortPage.parse(parsed(await store.get(cohortPageKey(cohortId, page))));

/**
 * The report of a run, if it has one; a report comes last, so where it lies everything lies. One that this version cannot read counts as
 * none: its slide is run again, which replaces it.
 */
export async function findReport(store: Read, runId: string): Promise<Report | undefined> {
  try {
    return Report.safeParse(parsed(await store.get(resultKey(runId, RESULT_FILES.report)))).data;
  } catch (error) {
    if (error instanceof H2gError && error.code === 'object-missing') return undefined;
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a report says of its slide, as the cohort keeps it. */
export const recordOf = (report: Report, attempt: string): SlideRecord => ({
  schema: 'h2g-slide-outcome/1',
  runId: report.runId,
  attempt,
  outcome: report.outcome,
  ...figuresOf(report),
  ...(report.error === undefined ? {} : { error: report.error }),
});

export async function storeOutcome(
  store: Pick<ObjectStore, 'put'>,
  cohortId: string,
  record: SlideRecord,
): Promise<void> {
  await store.put(outcomeKey(cohortId, record.runId), encodeJson(record), { contentType: 'application/json' });
}

/** Stores the outcome of a slide that has results already; undefined: it has none, and is to be run. */
export async function settleFromReport(
  store: Pick<ObjectStore, 'get' | 'put'>,
  { cohortId, attempt, runId }: { cohortId: string; attempt: string; runId: string },
): Promise<Outcome | undefined> {
  const report = await findReport(store, runId);
  if (report === undefined || !hasResults(report.outcome)) return undefined;
  await storeOutcome(store, cohortId, { ...recordOf(report, attempt), reused: true });
  return report.outcome;
}
