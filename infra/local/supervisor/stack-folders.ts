import { createHash } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';

/** Where everything of one stack lies below its home folder. */
export interface StackFolders {
  readonly home: string;
  readonly logs: string;
  readonly record: string;
  readonly holder: string;
  readonly credentials: string;
  readonly socket: string;
}

/** A Unix socket's path must fit into 104 (macOS) or 108 bytes (Linux). */
const LONGEST_SOCKET_PATH_BYTES = 100;

export const stackFolders = (home: string): StackFolders => ({
  home,
  logs: join(home, 'logs'),
  record: join(home, 'stack.json'),
  holder: join(home, 'supervisor.json'),
  credentials: join(home, 's3-credentials.json'),
  socket: socketPath(home),
});

export const dataFolder = ({ home }: StackFolders, name: string): string => join(home, name);
export const logFile = ({ logs }: StackFolders, name: string): string => join(logs, `${name}.log`);

export function socketPath(home: string): string {
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\h2g-${digest}`;
  const path = join(home, 'supervisor.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH_BYTES) return path;
  return join(tmpdir(), `h2g-${process.getuid?.() ?? 'user'}`, `${digest}.sock`);
}

/**
 * Makes the folders, readable by nobody else: slides and keys lie there.
 * @throws H2gError `usage` if the home cannot be made, or the socket's folder belongs to somebody else
 */
export async function makeStackFolders(folders: StackFolders): Promise<void> {
  try {
    await mkdir(folders.home, { recursive: true, mode: 0o700 });
    await mkdir(folders.logs, { recursive: true, mode: 0o700 });
    await makePrivateSocketFolder(folders);
  } catch (error) {
    if (error instanceof H2gError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new H2gError({
      code: code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'usage',
      message: `the folder of the local servers cannot be made: ${message}`,
      hint: 'Set H2G_HOME to a folder that you can write to, on a disk with space left.',
    });
  }
}

async function makePrivateSocketFolder({ home, socket }: StackFolders): Promise<void> {
  const folder = dirname(socket);
  if (process.platform === 'win32' || folder === home) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (uid === process.getuid?.()) return chmod(folder, 0o700);
  throw new H2gError({
    code: 'usage',
    message: `${folder} belongs to another user (uid ${uid}), so the local stack cannot be reached safely through it`,
    hint: 'Set H2G_HOME to a shorter path (under 80 characters), so that the socket fits into it.',
  });
}
