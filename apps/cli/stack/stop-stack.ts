import { defaultHomeDir } from '../../../infra/local/default-folders.ts';
import { downStack } from '../../../infra/local/down-stack.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';

/** `h2g down`: ends everything that runs in this home, also what a killed command left behind. */
export async function stopStack({ env, signal }: CliContext): Promise<CommandAnswer> {
  const stopped = await downStack({ homeDir: defaultHomeDir(env), signal });
  const line = stopped
    ? 'The local servers are stopped; runs under way go on at the next start.'
    : 'No local servers were running.';
  return { exitCode: EXIT_CODES.done, lines: [line], json: { stopped } };
}
