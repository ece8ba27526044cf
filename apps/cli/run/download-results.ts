import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES, resultKey, runPrefix, type ResultFile } from '../../../domain/keys.ts';
import type { ObjectFacts, ObjectStore } from '../../../domain/object-store.ts';
import type { Report } from '../../../domain/report.ts';
import { asFileError } from '../file-error.ts';
import { parseReport } from './read-report.ts';

export interface DownloadRequest {
  readonly store: ObjectStore;
  readonly runId: string;
  /** An empty place beside the one where the files will lie; it is made here. */
  readonly into: string;
  readonly signal: AbortSignal;
}

/** What a result of each outcome cannot be without. */
const NEEDED: Record<Report['outcome'], readonly ResultFile[]> = {
  done: Object.values(RESULT_FILES),
  'needs-review': Object.values(RESULT_FILES),
  'no-tissue': [RESULT_FILES.report],
  failed: [RESULT_FILES.report],
};

/**
 * Fetches the files of a finished run. Only names that this program knows become files, whatever else lies under the run's prefix.
 * @throws H2gError `object-missing`, `object-changed`, `disk-full`; the folder is gone by then
 */
export async function downloadResults(request: DownloadRequest): Promise<Report> {
  const { store, runId, into } = request;
  try {
    await mkdir(into, { recursive: true });
    const before = await resultsOf(store, runId);
    for (const [file, facts] of before) await download(file, facts, request);
    requireUnchanged(before, await resultsOf(store, runId), runId);
    const report = parseReport(await store.get(resultKey(runId, RESULT_FILES.report)), runId);
    requireWhole(report, [...before.keys()]);
    return report;
  } catch (error) {
    // If this fails too, the first failure is the one to tell of.
    await rm(into, { recursive: true, force: true }).catch(() => undefined);
    throw asFileError(error, into);
  }
}

async function resultsOf(store: ObjectStore, runId: string): Promise<Map<ResultFile, ObjectFacts>> {
  const objects = new Map((await store.list(runPrefix(runId))).map((facts) => [facts.key, facts]));
  return new Map(
    Object.values(RESULT_FILES).flatMap((file) => {
      const facts = objects.get(resultKey(runId, file));
      return facts === undefined ? [] : [[file, facts] as const];
    }),
  );
}

async function download(file: ResultFile, facts: ObjectFacts, { store, into, signal }: DownloadRequest): Promise<void> {
  signal.throwIfAborted();
  const bytes = await store.get(facts.key);
  if (bytes.length !== facts.sizeBytes)
    throw new H2gError({
      code: 'object-changed',
      message: `${facts.key} has ${facts.sizeBytes} bytes in the store, but ${bytes.length} came.`,
      hint: 'Fetch the results again.',
    });
  await writeFile(join(into, file), bytes);
}

function requireUnchanged(
  before: ReadonlyMap<ResultFile, ObjectFacts>,
  after: ReadonlyMap<ResultFile, ObjectFacts>,
  runId: string,
): void {
  const changed = Object.values(RESULT_FILES).filter((file) => before.get(file)?.etag !== after.get(file)?.etag);
  if (changed.length > 0)
    throw new H2gError({
      code: 'object-changed',
      message: `The results of run ${runId} changed while they were fetched: ${changed.join(', ')}.`,
      hint: 'The run was done anew meanwhile; fetch its results when it has ended.',
    });
}

function requireWhole({ runId, outcome }: Report, files: readonly ResultFile[]): void {
  const missing = NEEDED[outcome].filter((file) => !files.includes(file));
  if (missing.length > 0)
    throw new H2gError({
      code: 'object-missing',
      message: `Run ${runId} is ${outcome}, but the store lacks ${missing.join(', ')}.`,
      hint: 'h2g run --again makes the results anew.',
    });
}
