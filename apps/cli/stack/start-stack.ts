import { resolve } from 'node:path';
import { defaultCacheDir, defaultHomeDir } from '../../../infra/local/default-folders.ts';
import { upStack } from '../../../infra/local/open-stack.ts';
import { stackStatus } from '../../../infra/local/stack-status.ts';
import { stackFolders } from '../../../infra/local/supervisor/stack-folders.ts';
import { isConfigured } from '../../../platform/server-settings.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { ProgressBoard } from '../progress/progress-board.ts';
import { showProvisioning } from './show-provisioning.ts';

type Addresses = Awaited<ReturnType<typeof upStack>>;

/** The keys stay in their file: a terminal's lines are kept, and seen by others. */
export function addressLines({ temporal, temporalUi, nats, s3 }: Addresses, keysFile: string): string[] {
  const row = (label: string, text: string): string => `  ${label.padEnd(14)} ${text}`;
  return [
    row('Temporal', temporal),
    row('its web page', temporalUi),
    row('NATS', nats),
    row('S3', `${s3.endpoint}, bucket ${s3.bucket}`),
    row('its keys', keysFile),
  ];
}

/** `h2g up`: servers and workers that stay. */
export async function startStack({ env, output, signal }: CliContext): Promise<CommandAnswer> {
  const board = new ProgressBoard(output);
  const homeDir = defaultHomeDir(env);
  const options = { homeDir, cacheDir: defaultCacheDir(env), env, signal };
  const addresses = await upStack({ ...options, onProgress: showProvisioning(board) }).finally(() => board.clear());
  if (isConfigured(env))
    output.note('Other servers are configured in the environment: h2g run and h2g status use those, not these.');
  const logsDir = (await stackStatus({ homeDir, signal }))?.logsDir ?? homeDir;
  return {
    exitCode: EXIT_CODES.done,
    lines: [
      `The local servers are up until h2g down; data in ${homeDir}, logs in ${logsDir}`,
      ...addressLines(addresses, stackFolders(resolve(homeDir)).credentials),
    ],
    json: { addresses, homeDir, logsDir },
  };
}
