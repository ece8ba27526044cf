import { asH2gError } from '../../domain/error.ts';
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

/** `h2g worker`: runs until it is asked to stop, which is its proper end, whatever else goes wrong then: what it had in hand goes to others. */
export async function runWorker(role: WorkerRole, { env, signal, output }: CliContext): Promise<CommandAnswer> {
  const run = await PROCESSES[role]();
  try {
    await run({ env, signal });
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    // Else it was asked to stop before it was ready.
    if (thrown !== signal.reason) output.note(`While stopping: ${asH2gError(thrown).message}`);
  }
  return { exitCode: EXIT_CODES.done, lines: [], json: {} };
}
