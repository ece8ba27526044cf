/** Writes the files of the baseline bundle beside this script: `npx tsx models/baseline/make-baseline.ts`. */
import { writeFile } from 'node:fs/promises';
import { baselineFiles } from './baseline-files.ts';

for (const [name, bytes] of Object.entries(baselineFiles())) {
  await writeFile(new URL(name, import.meta.url), bytes);
}
