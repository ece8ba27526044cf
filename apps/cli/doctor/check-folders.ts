import { statfs } from 'node:fs/promises';
import { defaultCacheDir, defaultHomeDir } from '../../../infra/local/default-folders.ts';
import { formatBytes } from '../format-quantity.ts';
import { nearestFolder, requireWritable } from '../run/require-writable.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

/** A slide, its results, and the servers' own files. */
const COMFORTABLE_BYTES = 5e9;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks whether a folder could be made or written, and leaves nothing behind. */
export async function checkFolder(check: string, path: string, variable: string): Promise<Finding> {
  try {
    await requireWritable(path);
  } catch (error) {
    return fail(
      check,
      `${path} cannot be written: ${messageOf(error)}`,
      `Set ${variable} to a folder that you may write to.`,
    );
  }
  const free = await freeBytes(await nearestFolder(path));
  const text = `${path}, ${formatBytes(free)} free`;
  return free >= COMFORTABLE_BYTES
    ? ok(check, text)
    : warn(check, text, `Free some space, or set ${variable} to a larger disk.`);
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

export const checkFolders: Check = ({ env }) =>
  Promise.all([
    checkFolder('home folder', defaultHomeDir(env), 'H2G_HOME'),
    checkFolder('cache folder', defaultCacheDir(env), 'H2G_CACHE'),
  ]);
