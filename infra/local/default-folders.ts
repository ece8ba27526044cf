import { homedir } from 'node:os';
import { join } from 'node:path';

/** Everything the local stack keeps: `H2G_HOME`, else the user's data folder. */
export const defaultHomeDir = (env: NodeJS.ProcessEnv): string =>
  env['H2G_HOME'] || join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'h2g');

/** What can be fetched or built again: `H2G_CACHE`, else the user's cache folder. */
export const defaultCacheDir = (env: NodeJS.ProcessEnv): string =>
  env['H2G_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'h2g');
