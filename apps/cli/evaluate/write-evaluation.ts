import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTable } from '../write-table.ts';
import { asFileError } from '../file-error.ts';

export const EVALUATION_FILES = {
  table: 'evaluation.csv',
  plot: 'evaluation.png',
  figures: 'evaluation.json',
} as const;

export interface EvaluationFiles {
  readonly table: string;
  readonly plot: Uint8Array;
  readonly figures: string;
}

/** Each file whole, and none of an older evaluation beside it; where `evaluation.json` lies, nothing is missing. @throws H2gError `usage`, `disk-full` */
export async function writeEvaluation(folder: string, { table, plot, figures }: EvaluationFiles): Promise<void> {
  const path = (file: string): string => join(folder, file);
  for (const file of [EVALUATION_FILES.figures, EVALUATION_FILES.plot, EVALUATION_FILES.table])
    await rm(path(file), { force: true }).catch((error: unknown) => {
      throw asFileError(error, folder);
    });
  await writeTable(path(EVALUATION_FILES.table), table);
  await writeTable(path(EVALUATION_FILES.plot), plot);
  await writeTable(path(EVALUATION_FILES.figures), figures);
}
