import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import { Report } from '../../../domain/report.ts';

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

/** @throws H2gError `object-missing` for a run without results, as one that is under way, or whose results were deleted */
export async function requireReport(store: ObjectStore, runId: string): Promise<Report> {
  const report = await readReport(store, runId);
  if (report !== undefined) return report;
  throw new H2gError({
    code: 'object-missing',
    message: `Run ${runId} has no results in the store.`,
    hint: `If it is under way, wait for its end: h2g watch ${runId}`,
  });
}
