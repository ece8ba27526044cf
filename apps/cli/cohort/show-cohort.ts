import { countWorked, withoutResult, type SlideStanding, type Standing } from '../../../domain/cohort-standing.ts';
import type { SlideRecord } from '../../../domain/cohort.ts';
import type { OutcomeCounts } from '../../../domain/segment-cohort.ts';
import type { CohortProgress } from '../../../platform/cohort-client.ts';
import type { RunProgress } from '../../../platform/run-client.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatDuration } from '../format-quantity.ts';
import { localTime } from '../local-time.ts';
import { withBackend } from '../open-backend.ts';
import { describeCells, describeState } from '../progress/describe-progress.ts';
import { runAsJson } from '../runs/describe-run.ts';
import { cohortAsJson } from './cohort-answer.ts';
import { countsText, describeCohortState, describeSettled, slidesPerSecond } from './describe-cohort.ts';
import { findCohortId } from './find-cohort.ts';
import { lookAtCohort } from './look-at-cohort.ts';
import { lookAtRuns } from './look-at-runs.ts';

const SHOWN = 10;

/** A slide without a result, and why. */
interface Lacking {
  readonly slide: string;
  readonly runId: string | null;
  readonly outcome: Standing;
  readonly error: SlideRecord['error'] | null;
}

/** `h2g cohort status COHORT`: how many are settled, what is under way, what has no result and why. */
export async function showCohort(text: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async (backend) => {
    const cohortId = await findCohortId(backend.cohorts, text);
    const { cohort, slides, isKnown } = await lookAtCohort(backend, cohortId, context.signal);
    const lacking = withoutResult(slides).map(asLacking);
    const running = await lookAtRuns(backend.runs, cohort.running.slice(0, SHOWN));
    return {
      exitCode: EXIT_CODES.done,
      lines: linesOf(cohort, { running, lacking, isKnown, worked: countWorked(slides, cohort.attempt) }, new Date()),
      json: {
        ...cohortAsJson(cohort),
        notRun: lacking.filter(wasNotRun).length,
        running: running.map(runAsJson),
        lacking,
      },
    };
  });
}

const asLacking = ({ slide, standing, record }: SlideStanding): Lacking => ({
  slide: slide.asked,
  runId: slide.run?.runId ?? null,
  outcome: standing,
  error: slide.error ?? record?.error ?? null,
});

const wasNotRun = ({ outcome }: Lacking): boolean => outcome === 'not-run';

interface Details {
  readonly running: readonly RunProgress[];
  readonly lacking: readonly Lacking[];
  /** To the control server. */
  readonly isKnown: boolean;
  /** Slides that were run since its start. */
  readonly worked: number;
}

function linesOf(cohort: CohortProgress, { running, lacking, isKnown, worked }: Details, now: Date): string[] {
  const row = (label: string, text: string): string => `  ${label.padEnd(10)} ${text}`;
  const seconds = ((cohort.closedAt ?? now).getTime() - cohort.startedAt.getTime()) / 1000;
  const isRunning = cohort.state.kind === 'running';
  const { counts } = cohort;
  const rate = isRunning ? slidesPerSecond({ worked, seconds }, running) : undefined;
  return [
    `${cohort.label}: ${isKnown ? describeCohortState(cohort) : 'ended long ago'}, ${describeSettled(cohort, rate)}`,
    row('cohort', cohort.cohortId),
    row('lane', cohort.lane),
    row('slides', slidesText(counts, lacking.filter(wasNotRun).length)),
    ...(isKnown
      ? [row('started', `${localTime(cohort.startedAt)}, ${formatDuration(seconds)} ${isRunning ? 'ago' : 'long'}`)]
      : []),
    ...(cohort.trouble === undefined ? [] : [row('trouble', cohort.trouble)]),
    ...(cohort.state.kind === 'failed' ? [row('what to do', cohort.state.error.hint)] : []),
    ...running.map((run, index) =>
      row(
        index === 0 ? 'under way' : '',
        [run.slideName, describeState(run.state), describeCells(run.cells)].filter(Boolean).join(', '),
      ),
    ),
    ...more(cohort.running.length - running.length, row),
    ...lacking
      .slice(0, SHOWN)
      .map(({ slide, outcome, error }, index) =>
        row(index === 0 ? 'no result' : '', `${slide}: ${error?.message ?? NO_RESULT[outcome] ?? outcome}`),
      ),
    ...more(lacking.length - SHOWN, row),
    ...(lacking.some(({ runId }) => runId !== null) && !isRunning ? [row('again', againText(cohort))] : []),
  ];
}

const NO_RESULT: Partial<Record<Standing, string>> = { 'not-run': 'not run, as its cohort ended before' };

const againText = ({ cohortId, label, total }: CohortProgress): string =>
  `${total === undefined ? `h2g run ${label} --watch, then ` : ''}h2g cohort retry-failed ${cohortId}`;

const slidesText = (counts: OutcomeCounts, notRun: number): string =>
  [countsText(counts), notRun === 0 ? '' : `${notRun} not run`].filter(Boolean).join(', ') || 'none settled yet';

const more = (count: number, row: (label: string, text: string) => string): string[] =>
  count > 0 ? [row('', `… and ${count} more`)] : [];
