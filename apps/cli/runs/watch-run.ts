import type { Report } from '../../../domain/report.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_OF_OUTCOME } from '../exit-code.ts';
import { withBackend } from '../open-backend.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { watchProgress } from '../progress/watch-progress.ts';
import { requireReport } from '../run/read-report.ts';
import { summariseReport } from '../run/summarise-report.ts';
import { findRun } from './find-run.ts';

/** `h2g watch RUN`: follows it to its end and tells how it ended; the files stay in the store. */
export async function watchRun(run: string, context: CliContext): Promise<CommandAnswer> {
  const { output, signal } = context;
  return withBackend(context, async ({ runs, store }) => {
    const { runId, slideName } = await findRun(runs, run);
    const board = new ProgressBoard(output);
    try {
      const show = (progress: Parameters<ProgressBoard['show']>[2]): void => board.show(runId, slideName, progress);
      await watchProgress(runs, { runId, signal, show, note: (line) => output.note(line) });
    } finally {
      board.clear();
    }
    return reportAnswer(await requireReport({ store, runs }, runId), [
      `  To fetch its files: h2g results ${runId} --out DIR`,
    ]);
  });
}

const reportAnswer = (report: Report, more: readonly string[]): CommandAnswer => ({
  exitCode: EXIT_OF_OUTCOME[report.outcome],
  lines: [...summariseReport(report, undefined), ...more],
  json: report,
});
