import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES } from '../../../domain/keys.ts';
import type { Report } from '../../../domain/report.ts';
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

/** @throws H2gError `results-missing` where there are none: no folder, or no report and mask in it */
export async function findResults({ path, name }: ResultsFolder, slide: ListedSlide): Promise<SlideResults> {
  const folder = join(path, resultFolderName(slide.name));
  const bytes = await readFile(join(folder, RESULT_FILES.report)).catch(() => undefined);
  const hasMask = (await stat(join(folder, RESULT_FILES.mask)).catch(() => undefined))?.isFile() === true;
  if (bytes !== undefined && hasMask) return { folder, report: parseReport(bytes, join(folder, RESULT_FILES.report)) };
  throw new H2gError({
    code: 'results-missing',
    message: `${slide.name} (line ${slide.line}) has no results of ${name}: there is no ${bytes === undefined ? RESULT_FILES.report : RESULT_FILES.mask} in ${folder}.`,
    hint: `Run it with h2g run --out ${path}, or leave such slides out with --skip-missing.`,
  });
}
