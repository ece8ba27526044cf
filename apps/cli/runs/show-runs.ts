import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withBackend } from '../open-backend.ts';
import { readReport } from '../run/read-report.ts';
import { summariseReport } from '../run/summarise-report.ts';
import { runAsJson, runLines, runTable } from './describe-run.ts';
import { findRun } from './find-run.ts';
import { withReport } from './with-report.ts';

/** `h2g status`: the newest runs. */
export async function showRuns(limit: number, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ runs }) => {
    const found = await runs.list(limit);
    return {
      exitCode: EXIT_CODES.done,
      lines: found.length === 0 ? ['No runs yet. Begin with: h2g demo'] : runTable(found, new Date()),
      json: { runs: found.map(runAsJson) },
    };
  });
}

/** `h2g status RUN`: how it stands, and once it has ended its report. */
export async function showRun(run: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ runs, store }) => {
    const found = await findRun(runs, run);
    const report = found.state.kind === 'running' ? undefined : await readReport(store, found.runId);
    const told = withReport(found, report);
    const more = report === undefined ? [] : ['', ...summariseReport(report, undefined)];
    return {
      exitCode: EXIT_CODES.done,
      lines: [...runLines(told, new Date()), ...more],
      json: { ...runAsJson(told), report: report ?? null },
    };
  });
}
