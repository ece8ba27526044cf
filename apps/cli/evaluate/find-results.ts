import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES } from '../../../domain/keys.ts';
import type { Report } from '../../../domain/report.ts';
import { isMissing } from '../is-missing.ts';
import { resultFolderName } from '../run/name-result-folder.ts';
import { parseReport } from '../run/read-report.ts';
import type { ListedSlide } from './read-evaluation-list.ts';

/** What `h2g run --out` has left of one slide. */
export interface SlideResults {
  readonly folder: string;
  readonly report: Report;
}

/** A folder of results and what it is called in the evaluation. */
export interface ResultsFolder {
  readonly name: string;
  readonly path: string;
}

/** @throws H2gError `results-missing` where there are none: no folder, or no report and mask in it; `usage` where they cannot be read */
export async function findResults({ path, name }: ResultsFolder, slide: ListedSlide): Promise<SlideResults> {
  const folder = join(path, resultFolderName(slide.name));
  const bytes = await unlessMissing(folder, readFile(join(folder, RESULT_FILES.report)));
  const mask = await unlessMissing(folder, stat(join(folder, RESULT_FILES.mask)));
  if (bytes !== undefined && mask !== undefined)
    return { folder, report: parseReport(bytes, join(folder, RESULT_FILES.report)) };
  throw new H2gError({
    code: 'results-missing',
    message: `${slide.name} (line ${slide.line}) has no results of ${name}: there is no ${bytes === undefined ? RESULT_FILES.report : RESULT_FILES.mask} in ${folder}.`,
    hint: `Run it with h2g run --out ${path}, or leave such slides out with --skip-missing.`,
  });
}

/** Results that cannot be read are there all the same, and must not be left out as missing. */
async function unlessMissing<T>(folder: string, looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new H2gError(
      {
        code: 'usage',
        message: `The results in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        hint: 'Look at the folder and who may read it, or run the slide again.',
      },
      { cause: error },
    );
  }
}
