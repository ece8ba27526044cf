import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { H2gError } from '../../../domain/error.ts';

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Replaces a small file in one step, so that nobody ever reads half of it. Synchronous: what it records must be on disk before anything else happens.
 * @throws H2gError `disk-full`
 */
export function writeFileWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !NO_SPACE.has(code)) throw error;
    throw new H2gError({
      code: 'disk-full',
      message: `no space left to write ${path}: ${message}`,
      hint: 'Free some disk space, or set H2G_HOME to a folder on a larger disk.',
    });
  }
}
