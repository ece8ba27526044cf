import { resolve } from 'node:path';
import { H2gError } from '../../../domain/error.ts';
import { BASELINES } from './methods.ts';
import type { ResultsFolder } from './find-results.ts';

/** A name and `=` before a folder; what has a slash there is a path with an equals sign. */
const NAMED = /^([^=/\\]+)=(.+)$/;
const ALONE = 'prediction';

/**
 * The folders of `--results`, each `NAME=FOLDER` or a folder alone, which is called by its last part, or "prediction" where there is only it.
 * @param from the folder that relative paths start from @throws H2gError `usage` for two of one name, or one that a baseline has
 */
export function parseResults(values: readonly string[], from: string): ResultsFolder[] {
  const folders = values.map((value) => {
    const [, name, path] = NAMED.exec(value) ?? [];
    if (name !== undefined && path !== undefined) return { name: name.trim(), path: resolve(from, path) };
    return { name: values.length === 1 ? ALONE : lastPart(value), path: resolve(from, value) };
  });
  const taken = new Set<string>(BASELINES);
  for (const { name } of folders) {
    if (taken.has(name) || name === '')
      throw new H2gError({
        code: 'usage',
        message: `--results cannot be called "${name}": ${name === '' ? 'it is empty' : 'another method has that name'}.`,
        hint: 'Give each folder a name of its own: --results unet=results/unet --results agu=results/agu',
      });
    taken.add(name);
  }
  return folders;
}

const lastPart = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
