import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The command line that runs another of our programs with this Node: compiled where we are compiled, by tsx where we run from source.
 * @param path relative to this folder, without its extension
 * @example siblingProgram('../../apps/cli/main') // ['/usr/bin/node', '/app/dist/apps/cli/main.js']
 */
export function siblingProgram(path: string): [string, ...string[]] {
  const extension = extname(import.meta.url);
  const program = fileURLToPath(new URL(`${path}${extension}`, import.meta.url));
  if (extension === '.js') return [process.execPath, program];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [process.execPath, '--import', tsx, program];
}
