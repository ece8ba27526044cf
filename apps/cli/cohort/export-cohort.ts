import { dirname, resolve } from 'node:path';
import { countSlides } from '../../../domain/cohort-pages.ts';
import { cohortTable } from '../../../domain/cohort-table.ts';
import { formatCsv } from '../../../domain/csv.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatSlides } from '../format-quantity.ts';
import { withBackend } from '../open-backend.ts';
import { requireWritable } from '../run/require-writable.ts';
import { findCohortId } from './find-cohort.ts';
import { lookAtCohort } from './look-at-cohort.ts';
import { refuseFolder, writeTable } from '../write-table.ts';

/** `h2g cohort export COHORT`: a row for each line of its list, with the list's columns. */
export async function exportCohort(text: string, out: string, context: CliContext): Promise<CommandAnswer> {
  const { folder, signal } = context;
  const path = resolve(folder, out);
  await refuseFolder(path, out);
  await requireWritable(dirname(path));
  return withBackend(context, async (backend) => {
    const cohortId = await findCohortId(backend.cohorts, text);
    const { slides } = await lookAtCohort(backend, cohortId, signal);
    await writeTable(path, formatCsv(cohortTable(slides)));
    const count = countSlides(slides.map(({ slide }) => slide));
    return {
      exitCode: EXIT_CODES.done,
      lines: [`${path}: ${formatSlides(count, slides.length)} of cohort ${cohortId}`],
      json: { cohortId, path, slides: count, rows: slides.length },
    };
  });
}
