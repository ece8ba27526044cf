import { readFile } from 'node:fs/promises';
import { H2gError } from '../domain/error.ts';

/** A file that a setting names; undefined where it names none. @throws H2gError `usage`, naming the setting */
export async function readSecret(variable: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (thrown) {
    throw new H2gError(
      {
        code: 'usage',
        message: `${variable} is ${path}, which cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
        hint: `Set ${variable} to a file that this process may read.`,
      },
      { cause: thrown },
    );
  }
}
