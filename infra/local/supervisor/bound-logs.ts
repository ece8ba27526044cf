import { copyFile, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { logSize } from '../log-tail.ts';

const LONGEST_LOG_BYTES = 16 * 1024 * 1024;

/** Keeps each log under the limit: what there is becomes `<name>.log.1`. Its writers append, so they go on at the beginning. */
export async function boundLogs(folder: string, limitBytes = LONGEST_LOG_BYTES): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (!name.endsWith('.log') || (await logSize(file)) <= limitBytes) continue;
    await copyFile(file, `${file}.1`);
    await truncate(file);
  }
}
