import type { CohortRecord, ListedSlide, SlideRecord } from '../../../domain/cohort.ts';
import { addCounts, NO_OUTCOMES, settledCount } from '../../../domain/segment-cohort.ts';
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
import { countsText, describeCohortState, describeSettled } from './describe-cohort.ts';
import { findCohortId, progressOf } from './find-cohort.ts';
import { lookAtRuns } from './look-at-runs.ts';
import { readCohort, readOutcomes, readSlides } from './read-cohort.ts';

const SHOWN = 10;

/** A slide without a result, and why. */
interface Unsuccessful {
  readonly slide: string;
  readonly runId: string | null;
  readonly outcome: 'failed' | 'cancelled' | 'refused';
  readonly error: SlideRecord['error'] | null;
}

/** `h2g cohort status COHORT`: how many are settled, what is under way, what has no result and why. */
export async function showCohort(text: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async (backend) => {
    const cohortId = await findCohortId(backend.cohorts, text);
    const record = await readCohort(backend.store, cohortId);
    const slides = await readSlides(backend.store, record, context.signal);
    const outcomes = await readOutcomes(backend.store, cohortId, context.signal);
    const known = await progressOf(backend.cohorts, cohortId);
    const cohort = known ?? forgotten(record, slides, outcomes);
    const current = cohort.state.kind === 'running' ? cohort.attempt : undefined;
    const lacking = unsuccessful(slides, outcomes, current);
    const running = await lookAtRuns(backend.runs, cohort.running.slice(0, SHOWN));
    return {
      exitCode: EXIT_CODES.done,
      lines: linesOf(cohort, { running, lacking, isKnown: known !== undefined }, new Date()),
      json: { ...cohortAsJson(cohort), running: running.map(runAsJson), lacking },
    };
  });
}

/** Where the control server knows nothing any more the store still tells how the slides have ended. */
function forgotten(
  { cohortId, label, lane, source }: CohortRecord,
  slides: readonly ListedSlide[],
  outcomes: ReadonlyMap<string, SlideRecord>,
): CohortProgress {
  const refused = slides.filter(({ run }) => run === undefined).length;
  let counts = addCounts(NO_OUTCOMES, { refused });
  for (const { outcome } of outcomes.values()) counts = addCounts(counts, { [outcome]: 1 });
  return {
    cohortId,
    label,
    lane,
    state: { kind: 'finished' },
    attempt: '',
    total: source.kind === 'list' ? source.slides : undefined,
    counts,
    running: [],
    trouble: undefined,
    startedAt: new Date(0),
    closedAt: undefined,
  };
}

/** @param attempt of a cohort under way: what an earlier one has left is being tried again */
function unsuccessful(
  slides: readonly ListedSlide[],
  outcomes: ReadonlyMap<string, SlideRecord>,
  attempt: string | undefined,
): Unsuccessful[] {
  return slides.flatMap(({ asked, run, error }): Unsuccessful[] => {
    if (run === undefined) return [{ slide: asked, runId: null, outcome: 'refused', error: error ?? null }];
    const record = outcomes.get(run.runId);
    if (record === undefined || (attempt !== undefined && record.attempt !== attempt)) return [];
    const { outcome } = record;
    return outcome === 'failed' || outcome === 'cancelled'
      ? [{ slide: asked, runId: run.runId, outcome, error: record.error ?? null }]
      : [];
  });
}

interface Details {
  readonly running: readonly RunProgress[];
  readonly lacking: readonly Unsuccessful[];
  /** To the control server. */
  readonly isKnown: boolean;
}

function linesOf(cohort: CohortProgress, { running, lacking, isKnown }: Details, now: Date): string[] {
  const row = (label: string, text: string): string => `  ${label.padEnd(10)} ${text}`;
  const seconds = ((cohort.closedAt ?? now).getTime() - cohort.startedAt.getTime()) / 1000;
  const isRunning = cohort.state.kind === 'running';
  const settled = settledCount(cohort.counts);
  const rate = isRunning && settled > 0 ? settled / seconds : undefined;
  return [
    `${cohort.label}: ${isKnown ? describeCohortState(cohort.state) : 'ended long ago'}, ${describeSettled(cohort, rate)}`,
    row('cohort', cohort.cohortId),
    row('lane', cohort.lane),
    row('slides', countsText(cohort.counts) || 'none settled yet'),
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
        row(index === 0 ? 'no result' : '', `${slide}: ${error?.message ?? outcome}`),
      ),
    ...more(lacking.length - SHOWN, row),
    ...(lacking.some(({ runId }) => runId !== null) && !isRunning
      ? [row('again', `h2g cohort retry-failed ${cohort.cohortId}`)]
      : []),
  ];
}

const more = (count: number, row: (label: string, text: string) => string): string[] =>
  count > 0 ? [row('', `… and ${count} more`)] : [];
