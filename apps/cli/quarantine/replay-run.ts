import { H2gError } from '../../../domain/error.ts';
import type { Lane } from '../../../domain/run-spec.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_OF_OUTCOME } from '../exit-code.ts';
import { formatCount } from '../format-quantity.ts';
import { withBackend } from '../open-backend.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { watchProgress } from '../progress/watch-progress.ts';
import { knownRun } from '../run/known-run.ts';
import { requireReport } from '../run/read-report.ts';
import { submitterOf } from '../run/submitter.ts';
import { summariseReport } from '../run/summarise-report.ts';
import { findQuarantine, requireQuarantine } from './find-quarantine.ts';

export interface ReplayOptions {
  readonly lane: Lane;
  /** Where it is not said: whose the run was. */
  readonly submitter?: string;
}

/** `h2g quarantine replay RUN`: its failed cells alone are tried again, and all results made anew of the old scores and the new. */
export async function replayRun(
  run: string,
  { lane, submitter: named }: ReplayOptions,
  context: CliContext,
): Promise<CommandAnswer> {
  const { output, signal, env } = context;
  return withBackend(context, async (backend) => {
    const { runs, store } = backend;
    const { runId, spec, cells } = await requireQuarantine(store, run);
    const known = await knownRun(runs, runId);
    if (known?.state.kind === 'running') throw underWay(runId);
    const submitter = submitterOf(named ?? known?.submitter, env);
    await backend.ensureDetector(spec.bundle.url);
    if ((await runs.start(runId, spec, lane, { replay: true, submitter })) === 'attached') throw underWay(runId);
    const board = new ProgressBoard(output);
    const show = (progress: Parameters<ProgressBoard['show']>[2]): void => board.show(runId, spec.slide.name, progress);
    try {
      await watchProgress(runs, { runId, signal, show, note: (line) => output.note(line) });
    } finally {
      board.clear();
    }
    const report = await requireReport(backend, runId);
    const left = (await findQuarantine(store, runId))?.cells.length ?? 0;
    const counts = { replayed: cells.length, analysed: cells.length - left, left };
    return {
      exitCode: EXIT_OF_OUTCOME[report.outcome],
      lines: [
        ...summariseReport(report, undefined),
        `  ${replayText(counts)}`,
        `  To fetch its files: h2g results ${runId} --out DIR`,
      ],
      json: { ...report, replay: counts },
    };
  });
}

interface ReplayCounts {
  readonly replayed: number;
  readonly analysed: number;
  readonly left: number;
}

/** @example replayText({ replayed: 4, analysed: 3, left: 1 }) // "Of 4 failed cells 3 are analysed now; 1 stays in quarantine." */
export function replayText({ replayed, analysed, left }: ReplayCounts): string {
  const verb = analysed === 1 ? 'is' : 'are';
  const rest = left === 0 ? 'none stays' : `${left} ${left === 1 ? 'stays' : 'stay'}`;
  return `Of ${formatCount(replayed, 'failed cell')} ${analysed === 0 ? 'none' : analysed} ${analysed === 0 ? 'is' : verb} analysed now; ${rest} in quarantine.`;
}

const underWay = (runId: string): H2gError =>
  new H2gError({
    code: 'usage',
    message: `Run ${runId} is under way, so its failed cells cannot be tried again yet.`,
    hint: `Wait for its end (h2g watch ${runId}), then replay what is in quarantine.`,
  });
