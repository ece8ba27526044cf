import type { SlideRecord, CohortRecord } from '../../../domain/cohort.ts';
import { H2gError } from '../../../domain/error.ts';
import { outcomeKey } from '../../../domain/keys.ts';
import { addCounts, NO_OUTCOMES } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { withBackend } from '../open-backend.ts';
import { programName } from '../program-name.ts';
import { CohortBoard } from './cohort-board.ts';
import { cohortAnswer } from './cohort-answer.ts';
import { findCohortId, progressOf } from './find-cohort.ts';
import { followCohort } from './follow-cohort.ts';
import { readCohort, readOutcomes, readSlides } from './read-cohort.ts';
import { startOf } from './store-cohort.ts';

const hasNone = ({ outcome }: SlideRecord): boolean => outcome === 'failed' || outcome === 'cancelled';

/** `h2g cohort retry-failed COHORT`: runs the slides without a result again; all others stay. The results are in the store. */
export async function retryFailed(text: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async (backend) => {
    const cohortId = await findCohortId(backend.cohorts, text);
    const record = await readCohort(backend.store, cohortId);
    const progress = await progressOf(backend.cohorts, cohortId);
    const isRunning = progress?.state.kind === 'running';
    await backend.ensureDetector(record.bundle.url);
    if (record.source.kind === 'watch') return retryInWatch(record, isRunning, { backend, context });
    if (isRunning) throw stillRunning(cohortId);
    const lacking = await withoutResult(record, backend, context.signal);
    if (lacking === 0) return nothingToDo(record, progress);
    context.output.note(`${formatCount(lacking, 'slide')} of ${record.label} without a result: running again`);
    await backend.cohorts.start(startOf(record));
    return cohortAnswer(await follow(cohortId, backend, context));
  });
}

/** A slide of a list that was refused has no run to be tried again. */
async function withoutResult(record: CohortRecord, { store }: Backend, signal: AbortSignal): Promise<number> {
  const slides = await readSlides(store, record, signal);
  const outcomes = await readOutcomes(store, record.cohortId, signal);
  return slides.filter(({ run }) => {
    if (run === undefined || run.repeated === true) return false;
    const outcome = outcomes.get(run.runId);
    return outcome === undefined || hasNone(outcome);
  }).length;
}

/** A watch runs what it finds no outcome of. */
async function retryInWatch(
  record: CohortRecord,
  isRunning: boolean,
  { backend, context }: { backend: Backend; context: CliContext },
): Promise<CommandAnswer> {
  const { cohortId, label } = record;
  if (!isRunning)
    throw new H2gError({
      code: 'usage',
      message: `The watch of ${label} has ended, so nothing of it can be tried again.`,
      hint: `Start it again: h2g run ${label} --watch`,
    });
  const failed = [...(await readOutcomes(backend.store, cohortId, context.signal)).values()].filter(hasNone);
  for (const { runId } of failed) await backend.store.delete(outcomeKey(cohortId, runId));
  const gone = failed.reduce((sum, { outcome }) => addCounts(sum, { [outcome]: 1 }), NO_OUTCOMES);
  if (failed.length > 0) await backend.cohorts.forgetOutcomes(cohortId, gone);
  return {
    exitCode: EXIT_CODES.done,
    lines: [
      `${label} (cohort ${cohortId}): ${formatCount(failed.length, 'slide')} will be tried again at the next look`,
    ],
    json: { cohortId, retried: failed.map(({ runId }) => runId) },
  };
}

const nothingToDo = ({ cohortId, label }: CohortRecord, progress: CohortProgress | undefined): CommandAnswer => ({
  exitCode: EXIT_CODES.done,
  lines: [
    `${label} (cohort ${cohortId}): every slide that was run has a result.`,
    ...(progress !== undefined && progress.counts.refused > 0
      ? ['  Slides that were refused are looked at again by h2g run.']
      : []),
  ],
  json: { cohortId, retried: [] },
});

async function follow(cohortId: string, backend: Backend, context: CliContext): Promise<CohortProgress> {
  const { output, signal, env, args } = context;
  const board = new CohortBoard(output);
  try {
    return await followCohort(backend, { cohortId, board, signal, note: (line) => output.note(line) });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      'Interrupted; nothing is lost.',
      backend.kind === 'configured'
        ? `The cohort goes on: h2g cohort status ${cohortId}`
        : `To go on: ${commandToGoOn(programName(env), args)}`,
    );
  } finally {
    board.clear();
  }
}

const stillRunning = (cohortId: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `Cohort ${cohortId} is under way.`,
    hint: `Wait for its end (h2g cohort status ${cohortId}), or stop it: h2g cohort cancel ${cohortId}`,
  });
