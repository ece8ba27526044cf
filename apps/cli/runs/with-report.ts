import type { Report } from '../../../domain/report.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';

/** A run that has ended, as its report tells it. */
export interface ToldRun extends RunProgress {
  /** How a later try of it has ended that left the results as they were: the replay of its failed cells. */
  readonly lastTry?: Extract<RunState, { kind: 'failed' | 'cancelled' }>;
}

/** Where results lie, the run stands as they say: its cells are theirs, and a try that came to nothing has not undone them. */
export function withReport(run: RunProgress, report: Report | undefined): ToldRun {
  if (report === undefined || report.error !== undefined) return run;
  const { tissue, analysed, failed } = report.cells;
  const told = { ...run, cells: { done: analysed + failed, total: tissue, failed } };
  const { state } = run;
  return state.kind === 'failed' || state.kind === 'cancelled'
    ? { ...told, state: { kind: 'finished', outcome: report.outcome }, lastTry: state }
    : told;
}
