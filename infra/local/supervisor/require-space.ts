import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from './write-file-whole.ts';

const PROBE_BYTES = 1024 * 1024;

/** On a full disk the supervisor could not even write down why it ends, so the command looks first. @throws H2gError `disk-full` */
export function requireSpace(folder: string): void {
  const probe = join(folder, 'space-probe');
  writeFileWhole(probe, 'x'.repeat(PROBE_BYTES));
  rmSync(probe);
}
