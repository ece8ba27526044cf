import type { RunProgress } from '../../../platform/run-client.ts';
import { formatDuration } from '../format-quantity.ts';
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

/** @example localTime(new Date()) // "2026-03-01 14:05", in this machine's time zone */
function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

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
  const table = [['RUN', 'STARTED', 'TIME', 'LEFT', 'LANE', 'SUBMITTER', 'STATE', 'SLIDE'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
