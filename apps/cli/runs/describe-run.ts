import type { RunProgress } from '../../../platform/run-client.ts';
import { alignColumns } from '../align-columns.ts';
import { formatDuration } from '../format-quantity.ts';
import { localTime } from '../local-time.ts';
import { describeCells, describeState, describeTimeLeft } from '../progress/describe-progress.ts';

/** A run as `--json` tells it. */
export const runAsJson = ({ startedAt, closedAt, ...run }: RunProgress): object => ({
  ...run,
  etaSeconds: run.etaSeconds ?? null,
  startedAt: startedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});

const secondsTaken = ({ startedAt, closedAt }: RunProgress, now: Date): number =>
  ((closedAt ?? now).getTime() - startedAt.getTime()) / 1000;

/** One run in detail. */
export function runLines(run: RunProgress, now: Date): string[] {
  const row = (label: string, text: string): string => `  ${label.padEnd(10)} ${text}`;
  return [
    `${run.slideName}: ${describeState(run.state)}`,
    row('run', run.runId),
    row('lane', run.lane),
    ...(run.submitter === undefined ? [] : [row('submitter', run.submitter)]),
    row('cells', describeCells(run.cells) || 'not known'),
    ...(run.state.kind === 'running' ? [row('time left', describeTimeLeft(run.etaSeconds) || 'not known')] : []),
    row(
      'started',
      `${localTime(run.startedAt)}, ${formatDuration(secondsTaken(run, now))} ${run.closedAt === undefined ? 'ago' : 'long'}`,
    ),
    ...(run.state.kind === 'failed' ? [row('what to do', run.state.error.hint)] : []),
  ];
}

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
