import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { H2gError } from '../domain/error.ts';

/** The folder of the bundle that comes with the package; the same one from the sources and from `dist/`. */
export const baselineBundleDir = (): string => join(packageRoot(), 'models', 'baseline');

function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let dir = start; dir !== dirname(dir); dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir;
  }
  throw new H2gError({
    code: 'bundle-missing',
    message: `there is no package.json above ${start}, so the baseline bundle cannot be found`,
    hint: 'Install h2g-flow again as a whole, or name a bundle with --bundle.',
  });
}
