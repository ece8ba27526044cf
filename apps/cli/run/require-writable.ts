import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asFileError } from '../file-error.ts';

/**
 * Makes sure, before hours of work, that a folder could be made or written at `path`; nothing is made yet.
 * @throws H2gError `usage`
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    const facts = await stat(path);
    if (!facts.isDirectory()) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) throw asFileError(error, path);
    await requireWritable(dirname(path));
  }
}
