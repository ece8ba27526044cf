import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RESULT_FILES } from '../../../domain/keys.ts';
import { asFileError } from '../file-error.ts';
import { isMissing } from '../is-missing.ts';

/** The new report while the files beside it are being exchanged: after a kill it tells whose they are. */
export const PENDING_REPORT = '.h2g-report.json';

/**
 * Puts freshly written results in their place. A new folder appears whole. In one that is there already only our own files are exchanged, so
 * that what a person laid beside them stays; its `report.json` goes first and comes last: where it lies, everything lies.
 */
export async function publishFolder(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    if (await isThere(to)) await exchangeFiles(from, to);
    else await rename(from, to);
  } catch (error) {
    throw asFileError(error, to);
  } finally {
    await rm(from, { recursive: true, force: true });
  }
}

async function exchangeFiles(from: string, to: string): Promise<void> {
  const fresh = new Set(await readdir(from));
  const remove = (file: string): Promise<void> => rm(join(to, file), { force: true });
  const pending = join(to, PENDING_REPORT);
  await rename(join(from, RESULT_FILES.report), pending);
  await remove(RESULT_FILES.report);
  for (const file of Object.values(RESULT_FILES)) if (!fresh.has(file)) await remove(file);
  fresh.delete(RESULT_FILES.report);
  for (const file of fresh) await rename(join(from, file), join(to, file));
  await rename(pending, join(to, RESULT_FILES.report));
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
