import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { H2gError } from '../../domain/error.ts';
import { asFileError } from './file-error.ts';

/** @param out the path as it was typed @throws H2gError `usage` where the table's path is that of a folder */
export async function refuseFolder(path: string, out: string): Promise<void> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true && !out.endsWith('/')) return;
  throw new H2gError({
    code: 'usage',
    message: `${out} is a folder, and --out is the file that the table is written to.`,
    hint: `Name a file in it: --out ${out.replace(/\/$/, '')}/export.csv`,
  });
}

/** The whole file or none of it; its folder is made where there is none. @throws H2gError `usage`, `disk-full` */
export async function writeTable(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFileError(error, path);
  }
}
