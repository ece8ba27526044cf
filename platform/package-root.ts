import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package; the same one from the sources and from `dist/`. */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let dir = start; dir !== dirname(dir); dir = dirname(dir)) if (existsSync(join(dir, 'package.json'))) return dir;
  throw new Error(`there is no package.json above ${start}: install h2g-flow again as a whole`);
}

export interface PackageManifest {
  readonly version: string;
  /** Exactly pinned versions. */
  readonly dependencies: Readonly<Record<string, string>>;
}

export const packageManifest = (): PackageManifest =>
  JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as PackageManifest;
