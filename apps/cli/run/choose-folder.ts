import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULT_FILES } from '../../../domain/keys.ts';
import type { Report } from '../../../domain/report.ts';
import { resultFolderName, suffixedName, type FolderNames } from './name-result-folder.ts';
import { PENDING_REPORT } from './publish-folder.ts';
import { parseReport } from './read-report.ts';

/** Where the results of one run go, and why not where they were expected. */
export interface ChosenFolder {
  readonly path: string;
  readonly note: string | undefined;
}

/**
 * A folder below `out` that holds no other slide's results: neither of this command (`names`) nor of an earlier one.
 * The same slide's older results are replaced.
 */
export async function chooseFolder(out: string, names: FolderNames, report: Report): Promise<ChosenFolder> {
  const { runId, slide } = report;
  const plain = resultFolderName(slide.name);
  const path = join(out, plain);
  const isOurs = names.take(plain, runId) && (await mayReplace(path, report));
  if (isOurs) return { path, note: undefined };
  const name = suffixedName(plain, runId);
  names.take(name, runId);
  return {
    path: join(out, name),
    note: `${path} holds the results of another slide of this name; those of run ${runId} go to ${join(out, name)}`,
  };
}

async function mayReplace(path: string, report: Report): Promise<boolean> {
  const files = await filesIn(path);
  const told = [RESULT_FILES.report, PENDING_REPORT].find((file) => files.includes(file));
  if (told === undefined) return !Object.values(RESULT_FILES).some((file) => files.includes(file));
  const older = await olderReport(join(path, told));
  return older !== undefined && older.provenance.slide === report.provenance.slide;
}

async function filesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch {
    // Not there, or no folder: writing to it will tell.
    return [];
  }
}

async function olderReport(file: string): Promise<Report | undefined> {
  try {
    return parseReport(await readFile(file), file);
  } catch {
    // Whatever it is, it is not ours to replace.
    return undefined;
  }
}
