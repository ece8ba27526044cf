import type { Lane } from '../../../domain/run-spec.ts';
import type { RunClient } from '../../../platform/run-client.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { withBackend } from '../open-backend.ts';
import { runAsJson } from './describe-run.ts';
import { findRun } from './find-run.ts';

/** What can be done to a run under way. */
export type Steering =
  | { readonly kind: 'cancel' | 'pause' | 'resume' }
  | { readonly kind: 'set-lane'; readonly lane: Lane };

function steer(runs: RunClient, runId: string, steering: Steering): Promise<void> {
  switch (steering.kind) {
    case 'cancel':
      return runs.cancel(runId);
    case 'pause':
      return runs.pause(runId);
    case 'resume':
      return runs.resume(runId);
    case 'set-lane':
      return runs.setLane(runId, steering.lane);
  }
}

function done(steering: Steering): string {
  switch (steering.kind) {
    case 'cancel':
      return 'cancelled';
    case 'pause':
      return 'paused; h2g resume goes on';
    case 'resume':
      return 'resumed';
    case 'set-lane':
      return `in lane ${steering.lane} now`;
  }
}

/** `h2g cancel`, `pause`, `resume`, `set-lane`. A run that has ended is left alone, and said to have. */
export async function steerRun(run: string, steering: Steering, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ runs }) => {
    const { runId, slideName, state } = await findRun(runs, run);
    if (state.kind !== 'running') {
      const lines = [`${slideName} (${runId}) has ended already: ${state.kind}`];
      return { exitCode: EXIT_CODES.done, lines, json: runAsJson(await runs.progress(runId)) };
    }
    await steer(runs, runId, steering);
    const lines = [`${slideName} (${runId}): ${done(steering)}`];
    return { exitCode: EXIT_CODES.done, lines, json: runAsJson(await runs.progress(runId)) };
  });
}
