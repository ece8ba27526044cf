import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { cohortTable } from '../../../domain/cohort-table.ts';
import { formatCsv } from '../../../domain/csv.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { asFileError } from '../file-error.ts';
import { formatCount } from '../format-quantity.ts';
import { withBackend } from '../open-backend.ts';
import { requireWritable } from '../run/require-writable.ts';
import { findCohortId, progressOf } from './find-cohort.ts';
import { readCohort, readOutcomes, readSlides } from './read-cohort.ts';

/** `h2g cohort export COHORT`: a line for each slide, with the columns of its list. */
export async function exportCohort(text: string, out: string, context: CliContext): Promise<CommandAnswer> {
  const { folder, signal } = context;
  const path = resolve(folder, out);
  await requireWritable(dirname(path));
  return withBackend(context, async ({ cohorts, store }) => {
    const cohortId = await findCohortId(cohorts, text);
    const slides = await readSlides(store, await readCohort(store, cohortId), signal);
    const outcomes = await readOutcomes(store, cohortId, signal);
    const progress = await progressOf(cohorts, cohortId);
    // Of a cohort under way, what an earlier attempt has left is being tried again.
    if (progress?.state.kind === 'running')
      for (const [runId, { attempt }] of outcomes) if (attempt !== progress.attempt) outcomes.delete(runId);
    await writeWhole(path, formatCsv(cohortTable(slides, outcomes)));
    return {
      exitCode: EXIT_CODES.done,
      lines: [`${path}: ${formatCount(slides.length, 'slide')} of cohort ${cohortId}`],
      json: { cohortId, path, slides: slides.length },
    };
  });
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asFileError(error, path);
  }
}
