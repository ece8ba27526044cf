import { resolve } from 'node:path';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_OF_OUTCOME } from '../exit-code.ts';
import { withBackend } from '../open-backend.ts';
import { FolderNames } from '../run/name-result-folder.ts';
import { requireReport } from '../run/read-report.ts';
import { requireWritable } from '../run/require-writable.ts';
import { fetchInto } from '../run/segment-slide.ts';
import { summariseReport } from '../run/summarise-report.ts';
import { findRun } from './find-run.ts';

const RUN_ID = /^[0-9a-f]{20}$/;

/** `h2g results RUN --out DIR`. A run that the control server has forgotten is found by its whole id. */
export async function fetchResults(run: string, out: string, context: CliContext): Promise<CommandAnswer> {
  const { folder, output, signal } = context;
  await requireWritable(resolve(folder, out));
  return withBackend(context, async (backend) => {
    const runId = RUN_ID.test(run) ? run : (await findRun(backend.runs, run)).runId;
    await requireReport(backend, runId);
    const note = (line: string): void => output.note(line);
    const fetched = await fetchInto(runId, {
      backend,
      out: resolve(folder, out),
      names: new FolderNames(),
      signal,
      note,
    });
    return {
      exitCode: EXIT_OF_OUTCOME[fetched.report.outcome],
      lines: summariseReport(fetched.report, fetched.folder),
      json: fetched.report,
    };
  });
}
