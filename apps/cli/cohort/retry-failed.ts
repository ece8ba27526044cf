import { withoutResult, type SlideStanding } from '../../../domain/cohort-standing.ts';
import { H2gError } from '../../../domain/error.ts';
import { resultCount } from '../../../domain/segment-cohort.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { formatCount } from '../format-quantity.ts';
import { Interrupted, commandToGoOn } from '../interrupted.ts';
import { withBackend } from '../open-backend.ts';
import { programName } from '../program-name.ts';
import { CohortBoard } from './cohort-board.ts';
import { findCohortId } from './find-cohort.ts';
import { followCohort } from './follow-cohort.ts';
import { lookAtCohort, type SeenCohort } from './look-at-cohort.ts';
import { retryAnswer, runIdOfSlide } from './retry-answer.ts';
import { retryInWatch } from './retry-in-watch.ts';
import { startOf } from './store-cohort.ts';

/**
 * `h2g cohort retry-failed COHORT`: runs the slides without a result again; all others stay, and do not change how this command ends. The
 * results are in the store.
 */
export async function retryFailed(text: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async (backend) => {
    const { signal, output } = context;
    const cohortId = await findCohortId(backend.cohorts, text);
    const seen = await lookAtCohort(backend, cohortId, signal);
    const { record } = seen;
    if (record.source.kind === 'watch') return retryInWatch(seen, backend, signal);
    if (seen.cohort.state.kind === 'running') throw stillRunning(cohortId);
    const retried = toRetry(seen);
    if (retried.length === 0) return retryAnswer(seen, []);
    await backend.ensureDetector(record.bundle.url);
    output.note(`${formatCount(retried.length, 'slide')} of ${record.label} without a result: running again`);
    await backend.cohorts.start(startOf(record));
    await follow(cohortId, resultCount(seen.cohort.counts), { backend, context });
    return retryAnswer(await lookAtCohort(backend, cohortId, signal), retried.map(runIdOfSlide));
  });
}

/** A slide that was refused has no run to be tried again. */
const toRetry = ({ slides }: Pick<SeenCohort, 'slides'>): SlideStanding[] =>
  withoutResult(slides).filter(({ slide }) => slide.run !== undefined);

async function follow(
  cohortId: string,
  doneBefore: number,
  { backend, context }: { backend: Backend; context: CliContext },
): Promise<void> {
  const { output, signal, env, args } = context;
  const board = new CohortBoard(output);
  try {
    await followCohort(backend, { cohortId, board, signal, doneBefore, note: (line) => output.note(line) });
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
