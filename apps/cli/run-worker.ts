import type { CliContext } from './cli-context.ts';
import type { CommandAnswer } from './command-answer.ts';
import { EXIT_CODES } from './exit-code.ts';
import type { WorkerRole } from './worker-role.ts';

type Process = (options: { env: NodeJS.ProcessEnv; signal: AbortSignal }) => Promise<void>;

/** Loaded on demand: each drags in libraries that the other does not need. */
const PROCESSES: Record<WorkerRole, () => Promise<Process>> = {
  orchestrator: async () => (await import('../../workers/orchestrator.ts')).runOrchestrator,
  detector: async () => (await import('../../workers/detector.ts')).runDetector,
};

/** `h2g worker`: runs until it is asked to stop, which is its proper end. */
export async function runWorker(role: WorkerRole, { env, signal }: CliContext): Promise<CommandAnswer> {
  const run = await PROCESSES[role]();
  try {
    await run({ env, signal });
  } catch (thrown) {
    // Asked to stop before it was ready.
    if (!signal.aborted || thrown !== signal.reason) throw thrown;
  }
  return { exitCode: EXIT_CODES.done, lines: [], json: {} };
}
