import type { ErrorFacts } from '../../../domain/error.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';
import { alignColumns } from '../align-columns.ts';
import { formatDuration } from '../format-quantity.ts';
import { localTime } from '../local-time.ts';
import { describeCells, describeState, describeTimeLeft } from '../progress/describe-progress.ts';
import type { ToldRun } from './with-report.ts';

/** A run as `--json` tells it; `cells` is left out where they are not known. */
export const runAsJson = ({ startedAt, closedAt, ...run }: ToldRun): object => ({
  ...run,
  etaSeconds: run.etaSeconds ?? null,
  startedAt: startedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});

const secondsTaken = ({ startedAt, closedAt }: RunProgress, now: Date): number =>
  ((closedAt ?? now).getTime() - startedAt.getTime()) / 1000;

/** One run in detail. */
export function runLines(run: ToldRun, now: Date): string[] {
  const failure = failureOf(run.lastTry ?? run.state);
  const row = (label: string, text: string): string => `  ${label.padEnd(10)} ${text}`;
  return [
    `${run.slideName}: ${describeState(run.state)}`,
    row('run', run.runId),
    row('lane', run.lane),
    ...(run.submitter === undefined ? [] : [row('submitter', run.submitter)]),
    row('cells', describeCells(run.cells) || cellsUnknown(run.state)),
    ...(run.state.kind === 'running' ? [row('time left', describeTimeLeft(run.etaSeconds) || 'not known')] : []),
    row(
      'started',
      `${localTime(run.startedAt)}, ${formatDuration(secondsTaken(run, now))} ${run.closedAt === undefined ? 'ago' : 'long'}`,
    ),
    ...(run.lastTry === undefined
      ? []
      : [row('last try', describeState(run.lastTry)), row('', 'the results are those of before it')]),
    ...(failure === undefined ? [] : [row('what to do', failure.hint)]),
  ];
}

const failureOf = (state: RunState): ErrorFacts | undefined => (state.kind === 'failed' ? state.error : undefined);

const cellsUnknown = (state: RunState): string =>
  state.kind === 'running' && state.paused ? 'not known while it is paused' : 'not known';

const RUN_ID_SHOWN = 12;

/** The table of recent runs: id, start, lane, how it stands, slide last, since its name may be long. */
export function runTable(runs: readonly RunProgress[], now: Date): string[] {
  const rows = runs.map((run) => [
    run.runId.slice(0, RUN_ID_SHOWN),
    localTime(run.startedAt),
    formatDuration(secondsTaken(run, now)),
    run.etaSeconds === undefined ? '' : formatDuration(run.etaSeconds),
    run.lane,
    run.submitter ?? '',
    [describeState(run.state), run.state.kind === 'running' ? describeCells(run.cells) : ''].filter(Boolean).join(', '),
    run.slideName,
  ]);
  return alignColumns([['RUN', 'STARTED', 'TIME', 'LEFT', 'LANE', 'SUBMITTER', 'STATE', 'SLIDE'], ...rows]);
}
