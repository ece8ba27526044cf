import { H2gError, type ErrorFacts } from '../../../domain/error.ts';
import { RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import { Report } from '../../../domain/report.ts';
import type { RunClient, RunState } from '../../../platform/run-client.ts';
import { knownRun } from './known-run.ts';

/** A report as it lies in a store or a folder. @throws H2gError `internal` if it is none */
export function parseReport(bytes: Uint8Array, place: string): Report {
  try {
    return Report.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new H2gError(
      {
        code: 'internal',
        message: `${place} is not a report of this version of h2g.`,
        hint: 'h2g run --again makes it anew.',
      },
      { cause },
    );
  }
}

/** The report of a run that has one; it comes last, so where it lies everything lies. */
export async function readReport(store: ObjectStore, runId: string): Promise<Report | undefined> {
  const key = resultKey(runId, RESULT_FILES.report);
  return (await store.head(key)) === undefined ? undefined : parseReport(await store.get(key), key);
}

/** Where a run's results are looked for, and who knows why there are none. */
interface ReportPlaces {
  readonly store: ObjectStore;
  readonly runs: Pick<RunClient, 'progress'>;
}

/** @throws H2gError `object-missing` for a run without results, with why there are none */
export async function requireReport({ store, runs }: ReportPlaces, runId: string): Promise<Report> {
  const report = await readReport(store, runId);
  if (report !== undefined) return report;
  const state = (await knownRun(runs, runId))?.state;
  throw new H2gError({ code: 'object-missing', ...noResults(runId, state) });
}

/** Why a run has no results in the store, and what to do. */
function noResults(runId: string, state: RunState | undefined): Pick<ErrorFacts, 'message' | 'hint'> {
  switch (state?.kind) {
    case 'running':
      return {
        message: `Run ${runId} has no results yet: it is under way.`,
        hint: `Wait for its end: h2g watch ${runId}`,
      };
    case 'cancelled':
      return {
        message: `Run ${runId} was cancelled, so it has no results.`,
        hint: 'Start it again with h2g run; batches that were done are not done twice.',
      };
    case 'failed':
      return {
        message: `Run ${runId} failed, so it has no results: ${state.error.message}`,
        hint: state.error.hint,
      };
    case 'finished':
      return {
        message: `The results of run ${runId} are not in the store any more.`,
        hint: 'h2g run with the same slide makes them anew.',
      };
    case undefined:
      return {
        message: `Neither results nor a run ${runId} are known.`,
        hint: 'See h2g status for the runs there are; those that ended long ago are forgotten.',
      };
  }
}
