import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { asFileError } from '../file-error.ts';
import { isMissing } from '../is-missing.ts';

/**
 * Makes sure, before hours of work, that a folder could be made or written at `path`: the nearest folder that is there is given a new one,
 * which is taken away again. Rights alone do not tell: root may write to `/proc`, yet nothing can be made there, and Node's recursive
 * `mkdir` then tries for ever.
 * @throws H2gError `usage`, `disk-full`
 */
export async function requireWritable(path: string): Promise<void> {
  const folder = await nearestFolder(path);
  try {
    await rmdir(await mkdtemp(join(folder, '.h2g-')));
  } catch (error) {
    throw isMissing(error) ? takesNothing(folder, path, error) : asFileError(error, path);
  }
}

/** The folder itself, or the nearest above it that is there. */
export async function nearestFolder(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (!facts.isDirectory()) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
    return path;
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw asFileError(error, path);
    return nearestFolder(dirname(path));
  }
}

const takesNothing = (folder: string, path: string, cause: unknown): H2gError =>
  new H2gError(
    {
      code: 'usage',
      message: `${path} cannot be written: no folder can be made in ${folder}.`,
      hint: 'Choose a folder on a disk with --out, then run the same command again.',
    },
    { cause },
  );
